// @vitest-environment jsdom
import { screen } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';

import { gauge, measured, problem, unknown } from '../mock/fixtures';
import { cycle } from '../mock/credits';
import { atLeastRollover, bands, gaugeState, levelMarks, reservedPocket, roomFor, scaleFor, shownPockets } from '../src/lib/gauge';
import { open, settled, tell } from './support';

describe('the tube', () => {
  it('stands in drawing order, with what is reserved marked where it will be drawn from', () => {
    const full = gauge({ subscription: measured('3'), rollover: measured('5'), payg: measured('2'), reserved: measured('4') });
    expect(bands(full, 10)).toEqual([
      { pocket: 'subscription', reserved: true, share: 0.3 },
      { pocket: 'rollover', reserved: true, share: 0.1 },
      { pocket: 'rollover', reserved: false, share: 0.4 },
      { pocket: 'payg', reserved: false, share: 0.2 },
    ]);
  });

  it.each([
    [0, 10],
    [10, 10],
    [11, 20],
    [49, 50],
    [62, 80],
    [201, 250],
    [1200, 2000],
  ])('for at most %d credits is %d high', (most, high) => expect(scaleFor(most)).toBe(high));

  it('draws as rollover what is at least carried over', () => {
    const untold = gauge({ subscription: measured('5'), rollover: unknown, rollover_at_least: '2', payg: measured('1') });
    expect(bands(untold, 10).map(({ pocket, share }) => [pocket, share])).toEqual([
      ['subscription', 0.3],
      ['rollover', 0.2],
      ['payg', 0.1],
    ]);
    expect(atLeastRollover(untold)).toBe('of which at least 2 rollover');
    expect(atLeastRollover(gauge({ rollover_at_least: '0' }))).toBeNull();
    expect(atLeastRollover(gauge({ rollover: measured('2'), rollover_at_least: '2' }))).toBeNull();
  });

  it('has room for the whole month on top of what pays after it', () => {
    const spent = gauge({ subscription: measured('2'), rollover: measured('0'), payg: measured('5'), cycle: cycle({ monthly: '10' }) });
    expect(roomFor(spent, 7)).toBe(15);
    expect(roomFor(spent, 30)).toBe(30);
    expect(roomFor(gauge(), 7)).toBe(7);
  });

  it('marks a level where the credits stand when it is reached', () => {
    const spent = gauge({ subscription: measured('2'), rollover: measured('3'), payg: measured('5'), levels: [50, 80], cycle: cycle({ monthly: '10', used: '8' }) });
    expect(levelMarks(spent, 20)).toEqual([
      { percent: 50, at: 0.65 },
      { percent: 80, at: 0.5 },
    ]);
    expect(levelMarks({ ...spent, cycle: cycle({ used: null }) }, 20)).toEqual([]);
    expect(levelMarks(gauge(), 20)).toEqual([]);
  });

  it('colours what is reserved by the pocket it will come from', () => {
    expect(reservedPocket(gauge({ reserved: measured('1') }))).toBe('subscription');
    expect(reservedPocket(gauge({ subscription: measured('0'), reserved: measured('1') }))).toBe('payg');
  });

  it('has a line for enterprise only where there is any', () => {
    expect(shownPockets(gauge())).toEqual(['subscription', 'rollover', 'payg']);
    expect(shownPockets(gauge({ enterprise: measured('5') }))).toContain('enterprise');
  });
});

describe('the gauge', () => {
  it('is unknown before it is stale, and stale before it is fresh', () => {
    expect(gaugeState(gauge())).toBe('fresh');
    expect(gaugeState(gauge({ stale: true }))).toBe('stale');
    expect(gaugeState(gauge({ stale: true, total: unknown }))).toBe('unknown');
  });

  it('shows every figure with its source', async () => {
    await open();
    expect(screen.getByTestId('gauge').dataset.state).toBe('fresh');
    expect(screen.getByTestId('gauge-total').dataset.amount).toBe('49');
    expect(screen.getByTestId('gauge-subscription').dataset).toMatchObject({ amount: '39', source: 'measured' });
    expect(screen.getByTestId('gauge-payg').textContent?.trim()).toBe('10');
  });

  it('never shows an unknown figure as zero', async () => {
    await open({ gauge: gauge({ subscription: unknown, payg: unknown, total: unknown, reserved: unknown, observed_at: null }) });
    expect(screen.getByTestId('gauge').dataset.state).toBe('unknown');
    expect(screen.getByTestId('gauge-total').textContent).toBe('?');
    for (const pocket of ['subscription', 'rollover', 'payg']) {
      const line = screen.getByTestId(`gauge-${pocket}`);
      expect(line.textContent?.trim()).toBe('?');
      expect(line.dataset.amount).toBeUndefined();
    }
    expect(screen.queryByTestId('gauge-reserved')).toBeNull();
    expect(screen.getByTestId('gauge-age').textContent).toBe('not asked yet');
    expect(screen.getByTestId('gauge').textContent).not.toContain('0');
  });

  it('says how old a stale figure is, and why', async () => {
    const { user } = await open({
      gauge: gauge({ stale: true, observed_at: new Date(Date.now() - 7_300_000).toISOString(), problem: problem('no_network', 'The service could not be reached.') }),
    });
    expect(screen.getByTestId('gauge').dataset.state).toBe('stale');
    expect(screen.getByTestId('gauge-age').textContent).toBe('2 h ago');
    await user.click(screen.getByRole('button', { name: /^Credits: 49 credits/ }));
    expect(screen.getByTestId('problem').dataset.code).toBe('no_network');
  });

  it.each([
    ['low', 'running low'],
    ['payg', 'on PAYG'],
    ['empty', 'used up'],
    ['fresh', 'credits'],
  ] as const)('at level %s says "%s"', async (level, words) => {
    await open({ gauge: gauge({ level }) });
    expect(screen.getByTestId('gauge').dataset.level).toBe(level);
    expect(screen.getByTestId('gauge-open').textContent).toContain(words);
  });

  it('says how much is rollover at least', async () => {
    await open({ gauge: gauge({ subscription: measured('52'), rollover_at_least: '12' }) });
    expect(screen.getByTestId('gauge-rollover').textContent?.trim()).toBe('≥ 12');
    expect(screen.getByTestId('gauge-subscription').title).toContain('of which at least 12 rollover');
  });

  it('follows the core', async () => {
    await open();
    await tell({ kind: 'gauge', gauge: gauge({ subscription: measured('38'), total: measured('48'), reserved: measured('1') }) });
    expect(screen.getByTestId('gauge-total').dataset.amount).toBe('48');
    expect(screen.getByTestId('gauge-reserved').dataset.amount).toBe('1');
  });

  it('asks again on request', async () => {
    const { user, asked } = await open();
    await user.click(screen.getByRole('button', { name: /^Credits:/ }));
    await user.click(screen.getByTestId('gauge-refresh'));
    await settled();
    expect(asked('refresh_balance')).toHaveLength(1);
  });
});
