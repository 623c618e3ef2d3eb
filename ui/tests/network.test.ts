// @vitest-environment jsdom
import { screen } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';

import { network, problem } from '../mock/fixtures';
import { vault } from '../mock/vaultdesk';
import type { NetworkView } from '../src/lib/bindings/NetworkView';
import { open, settled } from './support';

type Answers = Record<string, (args: Record<string, unknown>) => unknown>;

async function settings(view: Partial<NetworkView>, answers: Answers = {}) {
  const opened = await open({}, { vault: () => vault(), network: () => network(view), ...answers });
  await opened.user.click(screen.getByTestId('rail-settings'));
  await settled();
  return opened;
}

describe('the network', () => {
  it('a proxy is used only with its address, and its password leaves the window at once', async () => {
    const view = { proxy: 'address', address: 'http://old.example:3128', user: 'me', has_password: true } as const;
    const { user, asked } = await settings(view, { set_proxy: ({ address, user: name }) => network({ ...view, address: address as string, user: name as string }) });
    expect(screen.getByTestId('network-way').textContent).toContain('http://old.example:3128 as me');
    await user.click(screen.getByTestId('network-change'));
    const address = screen.getByTestId<HTMLInputElement>('network-address');
    await user.clear(address);
    expect(screen.getByTestId<HTMLButtonElement>('network-use').disabled).toBe(true);
    await user.type(address, 'proxy.example:8080');
    const password = screen.getByTestId<HTMLInputElement>('network-password');
    await user.type(password, 'päss wörd');
    await user.click(screen.getByTestId('network-use'));
    expect(password.value).toBe('');
    await settled();
    expect(asked('set_proxy').map(({ args }) => args)).toEqual([{ proxy: 'address', address: 'proxy.example:8080', user: 'me', password: 'päss wörd' }]);
    expect(screen.queryByTestId('network-form')).toBeNull();
    expect(screen.getByTestId('network-way').textContent).toContain('proxy.example:8080');
  });

  it('an address that is none leaves the form open with what to do', async () => {
    const refused = problem('bad_request', '“here” cannot be used: it is not the address of a proxy.', 'It looks like proxy.example:8080.');
    const { user } = await settings({ proxy: 'address', address: 'http://old.example:3128' }, { set_proxy: () => Promise.reject(refused) });
    await user.click(screen.getByTestId('network-change'));
    await user.click(screen.getByTestId('network-use'));
    await settled();
    expect(screen.getByText(/It looks like proxy.example:8080/)).toBeTruthy();
    expect(screen.getByTestId('network-form')).toBeTruthy();
  });

  it('the connection is tried when asked, and says in words how it went', async () => {
    let answer = (): unknown => Promise.reject(problem('no_network', 'remove.bg shows a certificate that this computer does not believe.', 'Choose it here.'));
    const { user, asked } = await settings({}, { try_connection: () => answer() });
    expect(asked('try_connection')).toHaveLength(0);
    await user.click(screen.getByTestId('network-try'));
    await settled();
    expect(screen.getByText(/does not believe/)).toBeTruthy();
    answer = () => 'remove.bg answers, and takes the key.';
    await user.click(screen.getByTestId('network-try'));
    await settled();
    expect(screen.getByTestId('network-works').textContent).toBe('remove.bg answers, and takes the key.');
    expect(screen.queryByText(/does not believe/)).toBeNull();
  });

  it('certificates are those of the system, and of a file that can be let go of again', async () => {
    const { user, asked } = await settings({}, { choose_certificates: () => network({ certificates: 'company.pem' }), forget_certificates: () => network() });
    expect(screen.queryByTestId('network-forget')).toBeNull();
    await user.click(screen.getByTestId('network-choose'));
    await settled();
    expect(screen.getByTestId('network-certificates').textContent).toContain('company.pem');
    await user.click(screen.getByTestId('network-forget'));
    await settled();
    expect(asked('forget_certificates')).toHaveLength(1);
    expect(screen.getByTestId('network-certificates').textContent).toBe('The system’s');
  });
});
