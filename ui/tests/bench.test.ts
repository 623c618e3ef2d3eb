// @vitest-environment jsdom
import { screen, within } from '@testing-library/svelte';
import { emit } from '@tauri-apps/api/event';
import { describe, expect, it } from 'vitest';

import { creditsView } from '../mock/credits';
import { gauge, measured, overview, picture, practice, problem, quote, removebg } from '../mock/fixtures';
import type { PictureView } from '../src/lib/bindings/PictureView';
import { card, open, settled, tell } from './support';

const a = picture('a', 'a.png', 'previewed');
const b = picture('b', 'b.png', 'previewed');
const c = picture('c', 'c.png', 'previewed');
const cards = () => screen.queryAllByTestId('picture-card').map((element) => `${element.dataset.id} ${element.dataset.state}`);

describe('the empty bench', () => {
  it('offers every way in', async () => {
    const { user, asked } = await open();
    await user.click(screen.getByTestId('browse-files'));
    await user.click(screen.getByTestId('browse-folder'));
    await user.click(screen.getByTestId('sample'));
    for (const command of ['choose_files', 'choose_folder', 'add_sample']) expect(asked(command)).toHaveLength(1);
  });

  it('lights up while files hover over the window', async () => {
    await open();
    await tell({ kind: 'hover', over: true });
    expect(screen.getByTestId('drop-zone').textContent).toContain('Let go');
    await tell({ kind: 'hover', over: false });
    expect(screen.getByTestId('drop-zone').textContent).toContain('Drop pictures');
  });

  it('names the practice account', async () => {
    await open();
    expect(screen.getByTestId('account-button').textContent).toContain('Practice account, on this computer');
  });
});

describe('dropped files', () => {
  it('lie on the bench, the first one opened, and those left out are named with the reason', async () => {
    await open();
    await tell({ kind: 'added', added: { pictures: [a, b], refused: [{ name: 'notes.jpg', problem: problem('not_a_picture', 'This is no picture.') }] } });
    expect(cards()).toEqual(['a previewed', 'b previewed']);
    expect(screen.getByTestId('opened').dataset.id).toBe('a');
    const refused = within(screen.getByTestId('refused'));
    expect(refused.getByText('notes.jpg')).toBeTruthy();
    expect(refused.getByText('This is no picture.')).toBeTruthy();
  });
});

describe('news', () => {
  it('of an older event does not undo a newer one', async () => {
    await open({ pictures: [a] });
    await emit('clearcut', { seq: 2, event: { kind: 'picture', picture: { ...a, state: 'saved' } } });
    await emit('clearcut', { seq: 1, event: { kind: 'picture', picture: { ...a, state: 'sending' } } });
    await settled();
    expect(cards()).toEqual(['a saved']);
  });

  it('of an event beats a command that was sent before it and answers after it', async () => {
    let answer: (gauge: unknown) => void = () => {};
    const { user } = await open({}, { refresh_balance: () => new Promise((done) => (answer = done)) });
    await user.click(screen.getByRole('button', { name: /^Credits:/ }));
    await user.click(screen.getByTestId('gauge-refresh'));
    await tell({ kind: 'gauge', gauge: gauge({ total: measured('48') }) });
    answer(gauge({ total: measured('49') }));
    await settled();
    expect(screen.getByTestId('gauge-total').dataset.amount).toBe('48');
  });

  it('with a gap makes the window ask for everything', async () => {
    const { asked } = await open({ pictures: [a] });
    await tell({ kind: 'hover', over: false });
    await emit('clearcut', { seq: 9, event: { kind: 'hover', over: false } });
    await settled();
    expect(asked('overview')).toHaveLength(2);
  });

  it('is said aloud where a picture comes to a new state', async () => {
    await open({ pictures: [a] });
    await tell({ kind: 'picture', picture: { ...a, state: 'saved' } });
    expect(document.querySelector('[aria-live]')?.textContent).toBe('a.png: saved');
  });

  it('of a picture that was taken off does not bring it back', async () => {
    const { user } = await open({ pictures: [a, b] });
    await user.click(card('a'));
    await user.keyboard('{Delete}');
    await settled();
    await tell({ kind: 'picture', picture: { ...a, state: 'failed' } });
    expect(cards()).toEqual(['b previewed']);
  });
});

describe('picking', () => {
  it('goes by click, control and shift', async () => {
    const { user } = await open({ pictures: [a, b, c] });
    const picked = () => screen.getAllByRole('option', { selected: true }).map((element) => element.dataset.id);
    await user.click(card('a'));
    expect(picked()).toEqual(['a']);
    await user.keyboard('{Control>}');
    await user.click(card('c'));
    await user.keyboard('{/Control}');
    expect(picked()).toEqual(['a', 'c']);
    await user.click(card('a'));
    await user.keyboard('{Shift>}');
    await user.click(card('c'));
    await user.keyboard('{/Shift}');
    expect(picked()).toEqual(['a', 'b', 'c']);
    await user.keyboard('{Escape}');
    expect(screen.queryByTestId('opened')).toBeNull();
  });

  it('goes by keyboard', async () => {
    const { user } = await open({ pictures: [a, b, c] });
    await user.click(card('a'));
    await user.keyboard('{ArrowRight}');
    expect(screen.getByTestId('opened').dataset.id).toBe('b');
    expect(document.activeElement).toBe(card('b'));
    await user.keyboard('{Control>}a{/Control}');
    expect(screen.getAllByRole('option', { selected: true })).toHaveLength(3);
  });
});

describe('the price', () => {
  it('is on the button before it can be pressed, and is the sum that is agreed to', async () => {
    const { user, asked } = await open({ pictures: [a, b, c] });
    await user.click(card('a'));
    await user.keyboard('{Control>}a{/Control}');
    await settled();
    const button = screen.getByTestId('download');
    expect(button.textContent?.trim()).toBe('Download 3 pictures · 3 credits');
    await user.click(button);
    expect(asked('download')[0]?.args).toEqual({
      pictures: ['a', 'b', 'c'],
      options: { size: 'full', format: 'png', background: null },
      agreed_cost: '3',
      choice: { kind: 'use_payg' },
    });
  });

  it('of an earlier question is never shown for a later one', async () => {
    let answer: (quote: unknown) => void = () => {};
    const { user, asked } = await open({ pictures: [a, b] }, { quote: () => new Promise((done) => (answer = done)) });
    await user.click(card('a'));
    await settled();
    const late = answer;
    await user.click(card('b'));
    await settled();
    late(quote({ cost: '7', subscription: '7' }));
    await settled();
    const button = screen.getByTestId('download');
    expect(button.textContent?.trim()).toBe('Download full size · …');
    expect(button).toHaveProperty('disabled', true);
    await user.keyboard('{Enter}');
    expect(asked('download')).toHaveLength(0);
  });

  it('is agreed to by Enter, once', async () => {
    const { user, asked } = await open({ pictures: [a] }, { download: () => new Promise(() => {}) });
    await user.click(card('a'));
    await settled();
    await user.keyboard('{Enter}{Enter}');
    expect(asked('download')).toHaveLength(1);
  });

  it('is asked again when the picture is paid, and then it is saved again for nothing', async () => {
    const result = { charged: '1', basis: 'measured', width: 512, height: 512, file_name: 'a-cutout.png', from_vault: false, on_device: false, options: { size: 'full', format: 'png', background: null }, warnings: [] } as const;
    const { user, asked } = await open(
      { pictures: [{ ...a, state: 'saved', result: { ...result, warnings: [] } }] },
      { quote: () => quote({ charged: 0, cost: '0', subscription: '0', already_paid: 1 }) },
    );
    await user.click(card('a'));
    await settled();
    await user.click(screen.getByTestId('bg-white'));
    await user.click(screen.getByTestId('save-again'));
    expect(asked('save_again')[0]?.args).toEqual({ picture: 'a', options: { size: 'full', format: 'png', background: '#ffffff' } });
    expect(screen.getByTestId('result').textContent).toContain('1 credit charged');
  });

  it('of a background is nothing: it is put on at once, without asking', async () => {
    const { user, asked } = await open({ pictures: [a] });
    await user.click(card('a'));
    await settled();
    const before = asked('quote').length;
    await user.click(screen.getByTestId('bg-black'));
    expect(screen.getByTestId('backdrop').dataset.background).toBe('#000000');
    expect(asked('quote')).toHaveLength(before);
  });
});

describe('a picture cut out on this computer', () => {
  it('is named as such, and is not paid: it can still be downloaded for its price', async () => {
    const result: PictureView['result'] = { charged: '0', basis: 'measured', width: 512, height: 512, file_name: 'a-cutout.png', from_vault: false, on_device: true, options: { size: 'full', format: 'png', background: null }, warnings: [] };
    const { user } = await open({ pictures: [{ ...a, state: 'saved', result }] });
    await user.click(card('a'));
    await settled();
    expect(card('a').getAttribute('aria-label')).toBe('a.png, Saved, cut out here');
    expect(screen.getByTestId('result').textContent).toContain('cut out on this computer, free');
    expect(screen.getByTestId('download').textContent?.trim()).toBe('Download full size · 1 credit');
  });
});

describe('taking off the bench', () => {
  it('can be undone, and pictures come back in their place', async () => {
    let pictures: PictureView[] = [a, b];
    const { user } = await open(
      {},
      {
        overview: () => overview({ pictures }),
        dismiss: () => ((pictures = [b]), null),
        undo_dismiss: () => ((pictures = [a, b]), { pictures: [a], refused: [] }),
      },
    );
    await user.click(card('a'));
    await user.keyboard('{Delete}');
    await settled();
    expect(cards()).toEqual(['b previewed']);
    await user.click(screen.getByTestId('undo'));
    await settled();
    expect(cards()).toEqual(['a previewed', 'b previewed']);
    expect(screen.getByTestId('opened').dataset.id).toBe('a');
  });

  it('waits for what is on its way', async () => {
    const { user, asked } = await open({ pictures: [{ ...a, state: 'sending' }] });
    await user.click(card('a'));
    await user.keyboard('{Delete}');
    await settled();
    expect(asked('dismiss')).toHaveLength(0);
    expect(screen.getByTestId('toast').textContent).toContain('stays on the bench');
  });
});

describe('accounts', () => {
  it('are added from the empty bench, and the plan is asked for while it is in mind, skippable', async () => {
    const added = overview({ accounts: [practice, removebg], active: removebg.id });
    const { user, asked } = await open({ accounts: [practice] }, { add_account: () => ({ overview: added, note: null }), credits: () => creditsView({ plan: null }) });
    await user.click(screen.getByTestId('own-account-add'));
    await user.type(await screen.findByTestId('account-key'), 'secret-key');
    await user.click(screen.getByTestId('account-save'));
    await settled();
    expect((await screen.findByTestId('account-added')).textContent).toContain(removebg.label);
    expect(screen.getByTestId('plan-form')).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Skip for now' }));
    await settled();
    expect(screen.queryByTestId('account-sheet')).toBeNull();
    expect(asked('set_plan')).toHaveLength(0);
    expect(screen.queryByTestId('own-account')).toBeNull();
  });

  it('take a key once and keep it nowhere in the window', async () => {
    const { user, asked } = await open({}, { add_account: () => Promise.reject(problem('key_refused', 'The service refused this key.')) });
    await user.click(screen.getByTestId('account-button'));
    await user.click(await screen.findByTestId('account-add'));
    const field = (await screen.findByTestId('account-key')) as HTMLInputElement;
    expect(field.type).toBe('password');
    await user.type(field, 'secret-key');
    await user.click(screen.getByTestId('account-save'));
    await settled();
    expect(asked('add_account')[0]?.args).toEqual({ service: 'removebg', prefix: null, label: null, key: 'secret-key' });
    expect((screen.getByTestId('account-key') as HTMLInputElement).value).toBe('');
    expect(document.documentElement.outerHTML).not.toContain('secret-key');
    expect(screen.getByTestId('problem').dataset.code).toBe('key_refused');
  });

  it('are switched with everything that belongs to them', async () => {
    const { user } = await open({}, { use_account: () => overview({ active: removebg.id, gauge: gauge({ total: measured('7') }) }) });
    await user.click(screen.getByTestId('account-button'));
    const other = (await screen.findAllByTestId('account-item')).find((item) => item.dataset.id === removebg.id);
    expect(other?.textContent).toContain('The service ends on 1 December 2026');
    await user.click(other as HTMLElement);
    await settled();
    expect(screen.getByTestId('account-button').textContent).toContain(removebg.label);
    expect(screen.getByTestId('gauge-total').dataset.amount).toBe('7');
  });

  it('fall back to a size that the service delivers', async () => {
    const small = { ...practice, sizes: practice.sizes.filter(({ size }) => size === 'preview' || size === 'medium') };
    const { user } = await open({ accounts: [small], pictures: [a] });
    await user.click(card('a'));
    expect(screen.getByTestId('size-select').dataset.value).toBe('medium');
  });
});

describe('a window that cannot open', () => {
  it('says why', async () => {
    await open({}, { overview: () => Promise.reject(problem('store_newer', 'The data was written by a newer Clearcut.', 'Update Clearcut.')) });
    expect(screen.getByTestId('problem').dataset.code).toBe('store_newer');
    expect(screen.queryByTestId('drop-zone')).toBeNull();
  });
});
