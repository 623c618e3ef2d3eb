// @vitest-environment jsdom
import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';

import { gauge, measured, picture, problem, removebg } from '../mock/fixtures';
import { priced, type Balance } from '../mock/quotes';
import type { QuoteView } from '../src/lib/bindings/QuoteView';
import { card, open, settled, tell } from './support';

const options = { size: 'full', format: 'png', background: null };
const pictures = (count: number) => Array.from({ length: count }, (_, n) => picture(`p${n + 1}`, `p${n + 1}.png`, 'previewed'));
const ids = (count: number) => pictures(count).map(({ id }) => id);

/** The window with so many pictures picked, on an account that holds this. */
async function picked(count: number, balance: Balance | null, change: Partial<QuoteView> = {}, answers: Parameters<typeof open>[1] = {}) {
  const window = await open(
    { active: removebg.id, pictures: pictures(count) },
    { quote: ({ pictures: asked, cap }) => priced(balance, { charged: (asked as string[]).length, cap: cap as string | null, change }), ...answers },
  );
  await window.user.click(card('p1'));
  await window.user.keyboard('{Control>}a{/Control}');
  await settled();
  return window;
}

async function sheet(count: number, balance: Balance | null, change: Partial<QuoteView> = {}, answers: Parameters<typeof open>[1] = {}) {
  const window = await picked(count, balance, change, answers);
  await window.user.click(screen.getByTestId('quote-details'));
  await settled();
  return window;
}

const go = () => screen.getByTestId('quote-go') as HTMLButtonElement;
const reserve = { subscription: 10, payg: 5 };

describe('the till', () => {
  it('downloads with one press what the subscription pays', async () => {
    const { user, asked } = await picked(3, { subscription: 10, payg: 5 });
    await user.click(screen.getByTestId('download'));
    await settled();
    expect(screen.queryByTestId('quote-sheet')).toBeNull();
    expect(asked('download')[0]?.args).toEqual({ pictures: ids(3), options, agreed_cost: '3', choice: { kind: 'use_payg' } });
  });

  it('opens the sheet where a line is crossed, by the button and by Enter, and spends nothing', async () => {
    const { user, asked } = await picked(30, reserve);
    expect(screen.getByTestId('download').textContent?.trim()).toBe('Review 30 pictures · 30 credits …');
    expect(screen.getByTestId('till-reason').textContent).toContain('The credits reach 15 of these 30 pictures.');
    await user.click(card('p1'));
    await user.keyboard('{Control>}a{/Control}');
    await settled();
    await user.keyboard('{Enter}');
    await settled();
    expect(screen.getByTestId('quote-sheet')).toBeTruthy();
    await user.keyboard('{Enter}');
    expect(asked('download')).toHaveLength(0);
  });

  it('picks those that the credits reach on request', async () => {
    const { user } = await picked(30, reserve);
    await user.click(screen.getByTestId('fit'));
    await settled();
    expect(screen.getByTestId('download').textContent?.trim()).toBe('Review 15 pictures · 15 credits …');
  });

  it('shows details of what fits, too', async () => {
    await sheet(3, { subscription: 10, payg: 5 });
    expect(screen.getByTestId('quote-title').textContent).toBe('3 pictures · 3 credits');
    expect(within(screen.getByTestId('quote-sheet')).queryByRole('radio')).toBeNull();
    expect(go().textContent?.trim()).toBe('Download 3 · 3 credits');
    expect(screen.getByTestId('quote-left').dataset.amount).toBe('12');
  });
});

describe('the quote sheet', () => {
  it('flags where PAYG begins and where the credits end', async () => {
    await sheet(30, reserve);
    expect(screen.getByTestId('quote-payg-from').dataset.picture).toBe('11');
    expect(screen.getByTestId('quote-ends-at').dataset.picture).toBe('15');
    const bar = screen.getByRole('img', { name: /Pay as you go begins at picture 11\. Credits end after picture 15\.$/ });
    expect(bar.querySelectorAll('.tick')).toHaveLength(30);
    const costs = within(screen.getByTestId('quote-costs'));
    expect(costs.getByRole('row', { name: /^Subscription 10 10$/ })).toBeTruthy();
    expect(costs.getByRole('row', { name: /^Pay as you go 5 5$/ })).toBeTruthy();
    expect(costs.getByRole('row', { name: /^Not covered 15 15$/ })).toBeTruthy();
  });

  it.each([
    ['use_payg', '15', 'Download 15 · 15 credits', '0'],
    ['stop_before_payg', '10', 'Download 10 · 10 credits', '5'],
    ['rest_on_device', '10', 'Download 10, cut out 20 here · 10 credits', '5'],
  ])('does with the choice %s exactly what it says', async (kind, cost, label, left) => {
    const { user, asked } = await sheet(30, reserve);
    await user.click(screen.getByTestId(`choice-${kind}`));
    await settled();
    expect(screen.getByTestId(`choice-${kind}`).getAttribute('aria-checked')).toBe('true');
    expect(go().textContent?.trim()).toBe(label);
    expect(screen.getByTestId('quote-left').dataset.amount).toBe(left);
    await user.click(go());
    await settled();
    expect(asked('download').map(({ args }) => args)).toEqual([{ pictures: ids(30), options, agreed_cost: cost, choice: { kind } }]);
    expect(screen.queryByTestId('quote-sheet')).toBeNull();
  });

  it('asks again for the cap that is typed, and spends no more than that', async () => {
    const { user, asked } = await sheet(30, reserve);
    await user.click(screen.getByTestId('choice-cap'));
    const field = screen.getByTestId('cap-credits') as HTMLInputElement;
    expect(field.value).toBe('10');
    await user.clear(field);
    expect(go().disabled).toBe(true);
    await user.type(field, '12');
    await waitFor(() => expect(go().textContent?.trim()).toBe('Download 12 · 12 credits'));
    expect(asked('quote').at(-1)?.args.cap).toBe('12');
    await user.click(go());
    await settled();
    expect(asked('download').map(({ args }) => args)).toEqual([{ pictures: ids(30), options, agreed_cost: '12', choice: { kind: 'cap', credits: '12' } }]);
  });

  it('says when no sum is typed', async () => {
    const { user } = await sheet(30, reserve);
    const field = screen.getByTestId('cap-credits');
    await user.click(field);
    await user.clear(field);
    await user.type(field, 'some');
    expect(field.getAttribute('aria-invalid')).toBe('true');
    expect(screen.getByRole('radio', { name: /Spend at most/, description: /Type a number of credits/ })).toBeTruthy();
    expect(go().disabled).toBe(true);
  });

  it('is worked by keyboard alone, closes by Escape and gives the focus back', async () => {
    const { user, asked } = await picked(30, reserve);
    screen.getByTestId('quote-details').focus();
    await user.keyboard('{Enter}');
    await settled();
    await waitFor(() => expect(document.activeElement).toBe(screen.getByTestId('choice-stop_before_payg')));
    await user.keyboard('{ArrowDown}');
    await settled();
    expect(go().textContent?.trim()).toBe('Download 10, cut out 20 here · 10 credits');
    await user.keyboard('{Escape}');
    await settled();
    expect(screen.queryByTestId('quote-sheet')).toBeNull();
    await waitFor(() => expect(document.activeElement).toBe(screen.getByTestId('quote-details')));
    expect(screen.getByTestId('till').textContent).toContain('30 pictures');
    expect(asked('download')).toHaveLength(0);
  });

  it('cannot be pressed while the price is asked anew; the old numbers stay to be looked at', async () => {
    let hold = false;
    let answer: (quote: QuoteView) => void = () => {};
    const now = priced(reserve, { charged: 30 });
    const { user, asked } = await sheet(30, reserve, {}, { quote: () => (hold ? new Promise((done) => (answer = done)) : now) });
    hold = true;
    go().focus();
    await tell({ kind: 'gauge', gauge: gauge({ subscription: measured('4'), payg: measured('5'), total: measured('9') }) });
    expect(go().disabled).toBe(true);
    expect(screen.getByTestId('quote-title').textContent).toBe('30 pictures · 30 credits');
    await user.click(go());
    expect(asked('download')).toHaveLength(0);
    answer(priced({ subscription: 4, payg: 5 }, { charged: 30 }));
    await settled();
    expect(go().textContent?.trim()).toBe('Download 4 · 4 credits');
    expect(go().disabled).toBe(false);
  });

  it('keeps to the pictures it was opened for', async () => {
    const { user, asked } = await sheet(30, reserve);
    await tell({ kind: 'added', added: { pictures: [picture('late', 'late.png', 'added')], refused: [] } });
    await user.click(go());
    await settled();
    expect(asked('download')[0]?.args.pictures).toEqual(ids(30));
  });

  it('says a failure of its button in place, and asks the price again', async () => {
    const over = problem('over_agreed', 'The price has risen above the 10 credits you agreed to. Nothing was sent.');
    const { user, asked } = await sheet(30, reserve, {}, { download: () => Promise.reject(over) });
    const before = asked('quote').length;
    await user.click(go());
    await settled();
    expect(within(screen.getByTestId('quote-sheet')).getByTestId('problem').dataset.code).toBe('over_agreed');
    expect(asked('quote').length).toBeGreaterThan(before);
    expect(screen.getAllByTestId('problem')).toHaveLength(1);
  });

  it('says plainly that the balance is not known', async () => {
    const { user, asked } = await sheet(3, null);
    expect(screen.getByTestId('quote-unknown').textContent).toContain('The balance is not known');
    expect(screen.getByTestId('quote-left').textContent).toContain('not known');
    await user.click(screen.getByRole('button', { name: 'Ask for the balance' }));
    expect(asked('refresh_balance')).toHaveLength(1);
  });

  it('warns of a drive that is too small', async () => {
    await sheet(3, { subscription: 10, payg: 0 }, { disk_bytes: 84_000_000, disk_free: 31_500_000, disk_short: true });
    expect(screen.getByTestId('quote-disk').textContent).toContain('up to 84.0 MB needed, 31.5 MB free');
  });

  it('says what would be crossed, and opens the page that would help', async () => {
    const prompt = { id: 'top', kind: 'top_up', text: '15 credits are missing.', warning: 'It takes a while to arrive.', page: 'top_up' } as const;
    const { user, asked } = await sheet(30, reserve, { prompt });
    expect(screen.getByTestId('quote-crossings').textContent).toContain('PAYG begins with picture 11.');
    expect(screen.getByTestId('quote-prompt').textContent).toContain('It takes a while to arrive.');
    await user.click(screen.getByTestId('quote-prompt-open'));
    expect(asked('open_page')[0]?.args).toEqual({ page: 'top_up' });
  });

  it('says why there is no price, and asks again', async () => {
    let fail = false;
    const { user } = await sheet(30, reserve, {}, { quote: () => (fail ? Promise.reject(problem('store_trouble', 'The data cannot be read.')) : priced(reserve, { charged: 30 })) });
    fail = true;
    await tell({ kind: 'gauge', gauge: gauge({ subscription: measured('4') }) });
    const inside = within(screen.getByTestId('quote-sheet'));
    expect(inside.getByTestId('problem').dataset.code).toBe('store_trouble');
    expect(go().disabled).toBe(true);
    fail = false;
    await user.click(inside.getByRole('button', { name: 'Try again' }));
    await settled();
    expect(inside.queryByTestId('problem')).toBeNull();
    expect(go().disabled).toBe(false);
  });
});

describe('the till without a price', () => {
  it('shows no details, and asks again', async () => {
    let fail = true;
    const { user } = await picked(1, reserve, {}, { quote: () => (fail ? Promise.reject(problem('store_trouble', 'The data cannot be read.')) : priced(reserve, { charged: 1 })) });
    expect(screen.getByTestId('quote-details')).toHaveProperty('disabled', true);
    fail = false;
    await user.click(screen.getByRole('button', { name: 'Ask again' }));
    await settled();
    expect(screen.getByTestId('quote-details')).toHaveProperty('disabled', false);
  });
});
