// @vitest-environment jsdom
import { screen } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';

import { picture, practice, problem, removebg, settings } from '../mock/fixtures';
import { card, open, settled } from './support';

const result = {
  charged: '1', basis: 'measured', width: 512, height: 400, file_name: 'a-cutout.png', from_vault: false, on_device: false,
  options: { background: { kind: 'transparent' }, format: 'png', size: 'full' }, warnings: [],
} as const;
const saved = picture('a', 'a.png', 'saved', { result: { ...result, warnings: [] } as never });
const shop = { accounts: [practice, { ...removebg, improve: 'api.example.com' }], active: removebg.id };

/** The window with the opened picture, saved by the service. */
async function opened(first = {}, answers = {}) {
  const window = await open({ pictures: [saved], ...shop, ...first }, { improve: () => null, ...answers });
  await window.user.click(card('a'));
  await settled();
  return window;
}

describe('sending a picture for improvement', () => {
  it('asks first, names what is sent to whom, and sends only at the button', async () => {
    const { user, asked } = await opened();
    await user.click(screen.getByTestId('improve'));
    await settled();
    const words = screen.getByTestId('improve-sheet').textContent;
    for (const said of ['a.png', 'api.example.com', 'remove.bg', 'Nothing']) expect(words).toContain(said);
    expect(asked('improve')).toHaveLength(0);
    await user.click(screen.getByTestId('improve-go'));
    await settled();
    expect(asked('improve').at(-1)?.args).toEqual({ picture: 'a', agreed: true });
    expect(asked('remember_improving')).toHaveLength(0);
    expect(screen.queryByTestId('improve-sheet')).toBeNull();
  });

  it('sends nothing where the user keeps it', async () => {
    const { user, asked } = await opened();
    await user.click(screen.getByTestId('improve'));
    await settled();
    await user.click(screen.getByTestId('improve-cancel'));
    await settled();
    expect(asked('improve')).toHaveLength(0);
  });

  it('remembers the yes only where the user says so, and does not ask then', async () => {
    const remembered = { ...settings, improve_agreed: [removebg.id] };
    const { user, asked } = await opened({}, { remember_improving: () => remembered });
    await user.click(screen.getByTestId('improve'));
    await settled();
    await user.click(screen.getByTestId('improve-remember'));
    await user.click(screen.getByTestId('improve-go'));
    await settled();
    expect(asked('remember_improving').at(-1)?.args).toEqual({ remember: true });
    await user.click(screen.getByTestId('improve'));
    await settled();
    expect(screen.queryByTestId('improve-sheet')).toBeNull();
    expect(asked('improve').at(-1)?.args).toEqual({ picture: 'a', agreed: false });
  });

  it('stays open with the reason where the service does not take it', async () => {
    const { user } = await opened({}, { improve: () => Promise.reject(problem('rate_limited', 'The service takes no more today.')) });
    await user.click(screen.getByTestId('improve'));
    await settled();
    await user.click(screen.getByTestId('improve-go'));
    await settled();
    expect(screen.getByTestId('improve-sheet').textContent).toContain('takes no more today');
  });

  it('is not offered where the service has no programme', async () => {
    await opened({ accounts: [practice, { ...removebg, improve: null }] });
    expect(screen.queryByTestId('improve')).toBeNull();
  });
});
