import { describe, expect, it } from 'vitest';

import { batch } from '../mock/fixtures';
import type { QueueReason } from '../src/lib/bindings/QueueReason';
import type { QueueView } from '../src/lib/bindings/QueueView';
import { againLabel, asides, askAgainLabel, hereWords, interrupted, limitWords, modeWords, over, paceWords, parts, percent, resumeLabel, sentence, spokenMode, stopWords, timeLeft, uncoveredWords } from '../src/lib/queuewords';

const resume = (change = {}) => ({ pictures: 180, cost: '180', payg: '0', uncovered: 0, here: 0, ...change });

describe('the sentence', () => {
  it('has the counts, the credits and the time first', () => {
    expect(sentence(batch())).toBe('128 of 300 saved · 128 of 300 credits · about 4 minutes left');
    expect(sentence(batch(), true)).toBe('128 of 300 saved · 128 of 300 credits · about 4 min left');
  });

  it.each<[string, Partial<QueueView>, string]>([
    ['no time where there is nothing to go by', { eta_s: null }, '128 of 300 saved · 128 of 300 credits'],
    ['no time while it stands still', { mode: 'paused' }, '128 of 300 saved · 128 of 300 credits'],
    ['free where nothing is paid', { charged: '0', agreed: '0', eta_s: null }, '128 of 300 saved · free'],
    ['thousands set apart', { saved: 1200, pictures: 10_000, charged: '1200', agreed: '10000', eta_s: null }, '1,200 of 10,000 saved · 1,200 of 10,000 credits'],
    ['quarters of a credit as they are', { charged: '32.25', agreed: '75', eta_s: null }, '128 of 300 saved · 32.25 of 75 credits'],
  ])('says %s', (_what, change, expected) => expect(sentence(batch(change))).toBe(expected));
});

describe('the time left', () => {
  it.each([
    [0, 'under a minute'],
    [59, 'under a minute'],
    [60, 'about 1 minute'],
    [89, 'about 1 minute'],
    [242, 'about 4 minutes'],
    [3569, 'about 59 minutes'],
    [3600, 'about 1 h'],
    [7800, 'about 2 h 10 min'],
    [7880, 'about 2 h 10 min'],
    [86_400, 'more than a day'],
  ])('of %d s is %s', (seconds, words) => expect(timeLeft(seconds)).toBe(words));
});

describe('the wait for the limit', () => {
  it.each([
    [null, null],
    [0, null],
    [-3, null],
    [12, 'waits 12 s for the service’s limit'],
    [130, 'waits 3 min for the service’s limit'],
  ])('of %j s is %j', (seconds, words) => expect(limitWords(seconds)).toBe(words));

  it('stands in place of the pace, and only while it runs', () => {
    expect(paceWords(batch({ wait_s: 12 }))).toEqual(['waits 12 s for the service’s limit', '61.4 MB of 143.9 MB']);
    expect(paceWords(batch())).toEqual(['6 at a time', '61.4 MB of 143.9 MB']);
    expect(paceWords(batch({ mode: 'paused', wait_s: 12 }))).toEqual(['166 waiting', '61.4 MB of 143.9 MB']);
    expect(paceWords(batch({ mode: 'pausing', sending: 1 }))[0]).toBe('1 on its way is awaited');
    expect(paceWords(batch({ mode: 'pausing', sending: 6 }))[0]).toBe('6 on their way are awaited');
  });
});

describe('the parts', () => {
  const mixed = batch({ saved: 100, paid_not_saved: 2, sending: 4, waiting: 180, unknown: 1, paid_lost: 1, failed: 9, left_out: 3 });

  it('are drawn done first, in trouble last, and none that is empty', () => {
    expect(parts(mixed).map(({ name }) => name)).toEqual(['saved', 'kept', 'sending', 'waiting', 'unknown', 'lost', 'failed', 'left_out']);
    expect(parts(batch()).map(({ name }) => name)).toEqual(['saved', 'sending', 'waiting']);
  });

  it('add up to all pictures', () => {
    for (const queue of [mixed, batch()]) expect(parts(queue).reduce((sum, { pictures }) => sum + pictures, 0)).toBe(queue.pictures);
  });

  it('that are not on the way to be saved are named beside the counts', () => {
    expect(asides(mixed).map(({ name, pictures }) => `${pictures} ${name}`)).toEqual(['2 kept', '1 unknown', '1 lost', '9 failed', '3 left_out']);
  });

  it.each([
    [batch({ pictures: 0, saved: 0, waiting: 0, sending: 0 }), 0],
    [batch(), 42],
    [batch({ pictures: 1000, waiting: 1, sending: 0 }), 99],
    [batch({ waiting: 0, sending: 0 }), 100],
  ])('come to whole percent that are 100 only at the end', (queue, expected) => expect(percent(queue)).toBe(expected));

  it('are over when nothing more happens to them', () => expect(over(mixed)).toBe(116));
});

describe('a mode', () => {
  it.each<[Partial<QueueView>, string, string]>([
    [{ mode: 'running' }, 'Running', 'pause stop'],
    [{ mode: 'pausing', reason: 'user' }, 'Pausing', 'stop'],
    [{ mode: 'paused', reason: 'user' }, 'Paused', 'stop resume'],
    [{ mode: 'paused', reason: 'interrupted' }, 'Interrupted', 'stop resume'],
    [{ mode: 'paused', reason: 'out_of_credits' }, 'Out of credits', 'stop resume'],
    [{ mode: 'asking' }, 'Asking for the balance', 'pause stop'],
    [{ mode: 'offline' }, 'Waiting for the network', 'pause stop'],
    [{ mode: 'idle' }, 'Done', ''],
  ])('%j says %s and can be answered by: %s', (change, word, deeds) => {
    const words = modeWords(batch(change));
    expect([words.word, words.deeds.join(' ')]).toEqual([word, deeds]);
  });

  it('warns of every reason but the user’s own and a restart', () => {
    const reasons: QueueReason[] = ['user', 'interrupted', 'out_of_credits', 'key_refused', 'service_ended', 'payg_early', 'price', 'unlike', 'folder', 'no_room', 'records', 'trouble', 'too_fast', 'offline'];
    expect(reasons.filter((reason) => modeWords(batch({ mode: 'paused', reason })).tone !== 'warn')).toEqual(['user', 'interrupted']);
    expect(reasons.filter((reason) => interrupted(batch({ mode: 'paused', reason })))).toEqual(['interrupted']);
  });
});

describe('going on', () => {
  it.each([
    [resume(), 'Go on with 180 pictures · 180 credits'],
    [resume({ pictures: 1, cost: '1' }), 'Go on with 1 picture · 1 credit'],
    [resume({ payg: '30' }), 'Go on with 180 pictures · 180 credits, 30 of them PAYG'],
    [resume({ payg: '180' }), 'Go on with 180 pictures · 180 credits PAYG'],
    [resume({ cost: '0' }), 'Go on with 180 pictures · free'],
    [resume({ cost: '120', uncovered: 60 }), 'Go on with 120 pictures · 120 credits'],
    [resume({ cost: '120', pictures: 120, here: 60 }), 'Go on with 180 pictures · 120 credits'],
    [resume({ cost: '0', pictures: 0, here: 1 }), 'Go on with 1 picture · free'],
  ])('names just what it does and costs: %j', (view, label) => expect(resumeLabel(view)).toBe(label));

  it.each([
    [resume(), null],
    [resume({ uncovered: 60 }), 'The credits do not reach 60 of the 180.'],
    [resume({ uncovered: 180 }), 'The credits reach none of the 180.'],
    [resume({ pictures: 1, uncovered: 1 }), 'The credits do not reach it.'],
  ])('says what the credits do not reach: %j', (view, words) => expect(uncoveredWords(view)).toBe(words));
});

describe('what is cut out on this computer', () => {
  it.each([
    [resume(), null],
    [resume({ here: 1 }), 'One of them is cut out on this computer, free.'],
    [resume({ here: 60 }), '60 of them are cut out on this computer, free.'],
  ])('is said beside the button: %j', (view, words) => expect(hereWords(view)).toBe(words));
});

describe('asking again', () => {
  it('names its price, and where it may be the second one', () => {
    expect(againLabel(resume({ pictures: 1, cost: '1' }))).toBe('Try again · 1 credit');
    expect(againLabel(resume({ pictures: 3, cost: '3', payg: '1' }))).toBe('Try 3 again · 3 credits, 1 of them PAYG');
    expect(askAgainLabel(resume({ pictures: 1, cost: '1' }))).toBe('Ask again — may cost again · 1 credit');
    expect(askAgainLabel(resume({ pictures: 2, cost: '2' }))).toBe('Ask for 2 again — may cost again · 2 credits');
  });
});

describe('stopping', () => {
  it.each([
    [batch({ waiting: 180, sending: 4 }), 'Stop: 180 pictures that wait are not sent. What was sent is awaited.'],
    [batch({ waiting: 180, sending: 0 }), 'Stop: 180 pictures that wait are not sent.'],
    [batch({ waiting: 1, sending: 0 }), 'Stop: the picture that waits is not sent.'],
  ])('says what is not sent', (queue, words) => expect(stopWords(queue)).toBe(words));
});

describe('what is said aloud', () => {
  it.each<[string, QueueView, QueueView, string | null]>([
    ['nothing while it counts on', batch(), batch({ saved: 129, waiting: 165 }), null],
    ['each quarter', batch({ waiting: 153, sending: 0, saved: 147 }), batch({ waiting: 150, sending: 0, saved: 150 }), 'Spring shoes: 150 of 300 saved'],
    ['a pause', batch(), batch({ mode: 'paused', reason: 'user' }), 'Spring shoes: Paused, 128 of 300 saved'],
    ['the end', batch(), batch({ mode: 'idle', saved: 300, waiting: 0, sending: 0, charged: '300' }), 'Spring shoes: done, 300 of 300 saved, 300 of 300 credits'],
    ['nothing while there is none', batch({ mode: 'idle' }), batch({ mode: 'idle' }), null],
  ])('is %s', (_what, before, now, words) => expect(spokenMode(before, now)).toBe(words));
});
