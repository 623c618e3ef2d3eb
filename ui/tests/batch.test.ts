// @vitest-environment jsdom
import { screen, within } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';

import { batch, gauge, measured, overview, picture, problem, quote, removebg } from '../mock/fixtures';
import type { PictureView } from '../src/lib/bindings/PictureView';
import type { QueueView } from '../src/lib/bindings/QueueView';
import { NO_QUEUE } from '../src/lib/queue.svelte';
import { card, open, settled, tell } from './support';

const a = picture('a', 'a.png', 'previewed');
const b = picture('b', 'b.png', 'queued');
const c = picture('c', 'c.png', 'queued');
const said = (id: string) => screen.getByTestId(id).textContent?.replace(/\s+/g, ' ').trim();
const halted = (change: Partial<QueueView> = {}) => batch({ mode: 'paused', reason: 'user', sending: 0, waiting: 172, eta_s: null, ...change });
const resume = { pictures: 172, cost: '172', payg: '0', uncovered: 0, here: 0 };

describe('a running batch', () => {
  it('is the till’s only content where nothing with a price is picked', async () => {
    await open({ pictures: [b, c], queue: batch() });
    expect(said('batch-counts')).toBe('128 of 300 saved 128 of 300 credits about 4 min left');
    expect(screen.getByTestId('batch').textContent).toContain('Spring shoes');
    expect(screen.queryByTestId('download')).toBeNull();
    const bar = screen.getByRole('progressbar', { name: 'Spring shoes' });
    expect([bar.getAttribute('aria-valuenow'), bar.getAttribute('aria-valuemax')]).toEqual(['128', '300']);
    expect(bar.getAttribute('aria-valuetext')).toBe('128 of 300 saved · 128 of 300 credits · about 4 minutes left');
  });

  it('leaves room for the price of what is picked besides', async () => {
    const { user, asked } = await open({ pictures: [a, b], queue: batch() });
    await user.click(card('a'));
    await settled();
    expect(screen.getByTestId('batch').classList).toContain('slim');
    await user.click(screen.getByTestId('download'));
    await settled();
    expect(asked('download')[0]?.args).toMatchObject({ pictures: ['a'], agreed_cost: '1' });
  });

  it('is told apart by counts, credits and time as events come', async () => {
    await open({ pictures: [b], queue: batch() });
    await tell({ kind: 'queue', queue: batch({ saved: 140, waiting: 154, charged: '140', eta_s: 50 }) });
    expect(said('batch-counts')).toBe('140 of 300 saved 140 of 300 credits under a minute left');
  });

  it('pauses and stops; few that wait are stopped at once', async () => {
    const { user, asked } = await open({ pictures: [b], queue: batch({ waiting: 10 }) }, { queue: () => batch({ waiting: 10 }) });
    await user.click(screen.getByTestId('batch-pause'));
    await settled();
    await user.click(screen.getByTestId('batch-stop'));
    await settled();
    expect([asked('pause_queue').length, asked('stop_queue').length]).toEqual([1, 1]);
  });

  it('asks before many that wait are stopped, and Escape or Keep lets them wait', async () => {
    const { user, asked } = await open({ pictures: [b], queue: batch() });
    for (const keep of ['{Escape}', '{Enter}']) {
      await user.click(screen.getByTestId('batch-stop'));
      await settled();
      expect(said('batch-stop-question')).toContain('Stop: 166 pictures that wait are not sent. What was sent is awaited.');
      expect(document.activeElement?.textContent).toBe('Keep them');
      await user.keyboard(keep);
      await settled();
      expect(screen.queryByTestId('batch-stop-question')).toBeNull();
    }
    expect(asked('stop_queue')).toHaveLength(0);
    await user.click(screen.getByTestId('batch-stop'));
    await user.click(screen.getByTestId('batch-stop-yes'));
    expect(asked('stop_queue')).toHaveLength(1);
  });

  it('counts the seconds down that the service’s limit makes it wait', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] });
    await open({ pictures: [b], queue: batch({ wait_s: 12 }) });
    expect(said('batch')).toContain('waits 12 s for the service’s limit');
    vi.advanceTimersByTime(5000);
    await settled();
    expect(said('batch')).toContain('waits 7 s for the service’s limit');
    vi.useRealTimers();
  });

  it('names each part that went another way', async () => {
    await open({ pictures: [b], queue: batch({ saved: 120, failed: 6, unknown: 1, paid_lost: 1 }) });
    expect(said('batch')).toContain('1 maybe charged');
    expect(said('batch')).toContain('6 failed, not charged');
    const drawn = [...screen.getByTestId('batch-bar').children].map((part) => (part as HTMLElement).dataset.part);
    expect(drawn).toEqual(['saved', 'sending', 'waiting', 'unknown', 'lost', 'failed']);
  });

  it('of a single picture is that picture’s own progress', async () => {
    const { user } = await open({ pictures: [{ ...a, state: 'sending' }], queue: batch({ pictures: 1, waiting: 0, sending: 1, saved: 0 }) });
    await user.click(card('a'));
    expect(screen.queryByTestId('batch')).toBeNull();
    expect(screen.getByTestId('under-way')).toBeTruthy();
  });

  it('says how it ended until that is put away, and leads to what is left', async () => {
    const failed = picture('f', 'f.png', 'failed');
    const { user } = await open({ pictures: [a, failed], queue: batch() });
    await tell({ kind: 'queue', queue: batch({ mode: 'idle', waiting: 0, sending: 0, saved: 299, failed: 1, charged: '299', eta_s: null }) });
    expect(said('batch-counts')).toBe('299 of 300 saved 299 of 300 credits');
    await user.click(screen.getByTestId('batch-pick-stuck'));
    expect(screen.getAllByRole('option', { selected: true }).map(({ dataset }) => dataset.id)).toEqual(['f']);
    await user.click(screen.getByTestId('batch-close'));
    expect(screen.queryByTestId('batch')).toBeNull();
  });

  it('is not another account’s', async () => {
    const { user } = await open({ pictures: [b], queue: batch() }, { use_account: () => overview({ active: removebg.id, pictures: [a], queue: NO_QUEUE }) });
    await user.click(screen.getByTestId('account-button'));
    const other = (await screen.findAllByTestId('account-item')).find((item) => item.dataset.id === removebg.id);
    await user.click(other as HTMLElement);
    await settled();
    expect(screen.queryByTestId('batch')).toBeNull();
  });
});

describe('a batch that stands still', () => {
  it('goes on for just the sum that its button names', async () => {
    const { user, asked } = await open({ pictures: [b], queue: halted({ resume: { ...resume, payg: '30' } }) });
    expect(said('batch-resume')).toBe('Go on with 172 pictures · 172 credits, 30 of them PAYG');
    await user.click(screen.getByTestId('batch-resume'));
    expect(asked('resume_queue')[0]?.args).toEqual({ agreed_cost: '172' });
  });

  it('says how many the credits do not reach, and where they are bought', async () => {
    const text = 'remove.bg says there are not enough credits left.';
    const queue = halted({ reason: 'out_of_credits', text, resume: { ...resume, cost: '12', uncovered: 160 } });
    const { user, asked } = await open({ active: removebg.id, pictures: [b], queue });
    expect(said('batch')).toContain(`${text} The credits do not reach 160 of the 172.`);
    expect(said('batch-resume')).toBe('Go on with 12 pictures · 12 credits');
    await user.click(screen.getByRole('button', { name: 'Top up' }));
    expect(asked('open_page')[0]?.args).toEqual({ page: 'top_up' });
  });

  it('offers nothing where the credits reach none of it', async () => {
    await open({ pictures: [b], queue: halted({ reason: 'out_of_credits', resume: { ...resume, cost: '0', uncovered: 172 } }) });
    expect(screen.queryByTestId('batch-resume')).toBeNull();
    expect(said('batch')).toContain('The credits reach none of the 172.');
  });

  it('cannot go on before its price is known', async () => {
    await open({ pictures: [b], queue: halted() });
    expect(screen.getByTestId('batch-resume')).toHaveProperty('disabled', true);
  });

  it('says why once: in the till while it is in sight, else at the top', async () => {
    const text = 'The output folder takes no files.';
    const { user } = await open({ pictures: [b], queue: halted({ reason: 'folder', text, resume }), banners: [{ id: 'queue', kind: 'error', text, page: null, resume: false }] });
    expect(screen.queryByTestId('banner')).toBeNull();
    expect(said('batch')).toContain(text);
    await user.click(screen.getByTestId('rail-credits'));
    expect(screen.getByTestId('banner').textContent).toContain(text);
  });

  it('left by an earlier start says what was done and what waits, and can be left', async () => {
    const text = 'Clearcut ended in the middle of this batch.';
    const { user, asked } = await open({ pictures: [b, c], queue: halted({ reason: 'interrupted', text, bytes: 0, resume }) });
    expect(said('batch')).toContain('Interrupted');
    expect(said('batch')).toContain('172 waiting');
    expect(said('batch')).toContain(text);
    expect(said('batch-resume')).toBe('Go on with 172 pictures · 172 credits');
    expect(said('batch-stop')).toBe('Leave it');
    await user.click(screen.getByTestId('batch-stop'));
    await user.click(screen.getByTestId('batch-stop-yes'));
    expect(asked('stop_queue')).toHaveLength(1);
  });

  it('shows the new sum where going on costs more by now', async () => {
    const more = halted({ resume: { ...resume, cost: '180' } });
    const refused = problem('over_agreed', 'It costs 180 credits by now, not 172.');
    const { user } = await open({ pictures: [b], queue: halted({ resume }) }, { resume_queue: () => Promise.reject(refused), queue: () => more });
    await user.click(screen.getByTestId('batch-resume'));
    await settled();
    expect(screen.getByTestId('problem').dataset.code).toBe('over_agreed');
    expect(said('batch-resume')).toContain('180 credits');
  });
});

describe('picked pictures of a batch', () => {
  it('that wait are sent first or left out', async () => {
    const { user, asked } = await open({ pictures: [b, c], queue: batch() });
    await user.click(card('b'));
    await user.click(screen.getByTestId('picked-first'));
    await user.click(screen.getByTestId('picked-skip'));
    expect(asked('send_first')[0]?.args).toEqual({ pictures: ['b'] });
    expect(asked('skip')[0]?.args).toEqual({ pictures: ['b'] });
  });

  it('that wait beside others with a price are left alone', async () => {
    const { user } = await open({ pictures: [a, b], queue: batch() });
    await user.click(card('a'));
    await user.keyboard('{Control>}a{/Control}');
    await settled();
    expect(screen.queryByTestId('picked-waiting')).toBeNull();
    expect(said('download')).toBe('Download full size · 1 credit');
  });

  it('that are all that waits need neither', async () => {
    const { user } = await open({ pictures: [b, c], queue: batch({ waiting: 2 }) });
    await user.click(card('b'));
    await user.keyboard('{Control>}a{/Control}');
    expect(screen.queryByTestId('picked-waiting')).toBeNull();
  });

  it('have no price beside those on their way once they are saved', async () => {
    const { user, asked } = await open({ pictures: [{ ...a, state: 'saved' }, b, c], queue: batch() });
    await user.click(card('a'));
    await settled();
    const before = asked('quote').length;
    expect(before).toBeGreaterThan(0);
    await user.keyboard('{Control>}a{/Control}');
    await settled();
    expect(asked('quote')).toHaveLength(before);
    expect(screen.queryByTestId('download')).toBeNull();
  });

  const stuck = (state: PictureView['state'], id = 'f') => picture(id, `${id}.png`, state, { problem: problem(state === 'unknown' ? 'maybe_charged' : 'service_trouble', 'It brought nothing.') });
  const again = { pictures: 1, cost: '1', payg: '0', uncovered: 0, here: 0 };

  it('that failed are tried again for just the sum on the button, from the till and from the picture', async () => {
    const { user, asked } = await open({ pictures: [stuck('failed'), b], queue: batch() }, { quote_again: () => again });
    await user.click(card('f'));
    await settled();
    expect(asked('quote_again').at(-1)?.args).toEqual({ pictures: ['f'] });
    expect(screen.queryByTestId('download')).toBeNull();
    expect(said('picked-try-again')).toBe('Try again · 1 credit');
    await user.click(screen.getByTestId('picked-try-again'));
    await user.click(within(screen.getByTestId('problem')).getByText('Try again · 1 credit'));
    await settled();
    expect(asked('ask_again').map(({ args }) => args)).toEqual([{ pictures: ['f'], agreed_cost: '1' }, { pictures: ['f'], agreed_cost: '1' }]);
  });

  it('that may have been charged are asked for again only with the warning in sight', async () => {
    const { user, asked } = await open({ pictures: [stuck('unknown'), b], queue: batch() }, { quote_again: () => again });
    await user.click(card('f'));
    await settled();
    expect(said('picked-unknown')).toContain('If it was, asking again costs a second time.');
    expect(screen.getByTestId('problem').textContent).toContain('If it was, asking again costs a second time.');
    await user.click(within(screen.getByTestId('problem')).getByText('Ask again — may cost again · 1 credit'));
    expect(asked('ask_again')[0]?.args).toEqual({ pictures: ['f'], agreed_cost: '1' });
  });

  it('that are left as they are have a price like any other', async () => {
    const { user } = await open({ pictures: [stuck('unknown'), b], queue: batch() }, { quote_again: () => again });
    await user.click(card('f'));
    await settled();
    await user.click(within(screen.getByTestId('problem')).getByText('Leave it'));
    await settled();
    expect(screen.queryByTestId('picked-unknown')).toBeNull();
    expect(said('download')).toBe('Send again · 1 credit');
  });

  it('of both kinds are quoted apart, beside the price of the others', async () => {
    const quoteAgain = ({ pictures }: Record<string, unknown>) => ({ ...again, pictures: (pictures as string[]).length, cost: String((pictures as string[]).length) });
    const { user } = await open({ pictures: [stuck('failed', 'f'), stuck('failed', 'g'), stuck('unknown', 'u'), a], queue: batch() }, { quote_again: quoteAgain });
    await user.click(card('f'));
    await user.keyboard('{Control>}a{/Control}');
    await settled();
    expect(said('picked-try-again')).toBe('Try 2 again · 2 credits');
    expect(said('picked-ask-again')).toBe('Ask again — may cost again · 1 credit');
    expect(said('download')).toBe('Download full size · 1 credit');
  });

  it('that the queue knows nothing of are downloaded like any other', async () => {
    const { user } = await open({ pictures: [stuck('failed'), b], queue: batch() }, { quote_again: () => Promise.reject(problem('bad_request', 'None of these.')) });
    await user.click(card('f'));
    await settled();
    expect(screen.queryByTestId('picked-failed')).toBeNull();
    expect(said('download')).toBe('Download full size · 1 credit');
    expect(screen.queryByText('None of these.')).toBeNull();
  });
});

describe('a price beside a running batch', () => {
  it('does not vanish with every charge, and is asked once more before it is agreed to', async () => {
    const quotes = [quote(), quote({ subscription: '0', payg: '1' })];
    const { user, asked } = await open({ pictures: [a, b], queue: batch() }, { quote: () => quotes[0] });
    await user.click(card('a'));
    await settled();
    const before = asked('quote').length;
    await tell({ kind: 'gauge', gauge: gauge({ subscription: measured('38'), total: measured('48') }) });
    expect(asked('quote')).toHaveLength(before);
    expect(screen.getByTestId('download')).toHaveProperty('disabled', false);
    quotes.shift();
    await user.click(screen.getByTestId('download'));
    await settled();
    expect(asked('download')).toHaveLength(0);
    expect(screen.getByTestId('toast').textContent).toContain('look at the price once more');
    await user.click(screen.getByTestId('download'));
    await settled();
    expect(asked('download').length + asked('quote').length).toBeGreaterThan(before + 1);
  });
});

describe('what is said aloud of a batch', () => {
  it('is how far it has come, not every picture; trouble is named', async () => {
    await open({ pictures: [a, b], queue: batch() });
    const spoken = () => document.querySelector('.unseen[aria-live]')?.textContent;
    await tell({ kind: 'picture', picture: { ...b, state: 'saved' } });
    expect(spoken()).toBe('Spring shoes: Running, 128 of 300 saved');
    await tell({ kind: 'queue', queue: batch({ saved: 150, waiting: 144 }) });
    expect(spoken()).toBe('Spring shoes: 150 of 300 saved');
    await tell({ kind: 'picture', picture: { ...a, state: 'unknown' } });
    expect(spoken()).toContain('a.png: ');
  });
});
