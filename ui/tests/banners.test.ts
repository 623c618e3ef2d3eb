// @vitest-environment jsdom
import { screen } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';

import { problem, removebg } from '../mock/fixtures';
import type { Banner } from '../src/lib/bindings/Banner';
import { open, settled, tell } from './support';

const arrived: Banner = { id: 'arrived', kind: 'info', text: '200 credits arrived. 15 pictures still wait.', page: null, resume: true };
const level: Banner = { id: 'notice-80', kind: 'warning', text: '8 of 10 monthly credits used.', page: 'upgrade', resume: false };
const zero: Banner = { id: 'notice-zero', kind: 'error', text: 'No credits left.', page: 'top_up', resume: false };

describe('banners', () => {
  it('stand the gravest first, each with the page that helps', async () => {
    const { user, asked } = await open({ active: removebg.id, banners: [arrived, level, zero] });
    expect(screen.getAllByTestId('banner').map(({ dataset }) => dataset.id)).toEqual(['notice-zero', 'notice-80', 'arrived']);
    expect(screen.getByTestId('banner-notice-zero').getAttribute('role')).toBe('alert');
    expect(screen.getByTestId('banner-arrived').getAttribute('role')).toBe('status');
    await user.click(screen.getByRole('button', { name: 'Top up' }));
    expect(asked('open_page')[0]?.args).toEqual({ page: 'top_up' });
  });

  it('name no page that the account does not have', async () => {
    await open({ banners: [level] });
    expect(screen.queryByTestId('banner-page')).toBeNull();
  });

  it('go on with the download that waits, once', async () => {
    let done: () => void = () => {};
    const { user, asked } = await open({ banners: [arrived] }, { resume_download: () => new Promise<void>((answer) => (done = answer)) });
    await user.click(screen.getByTestId('banner-resume'));
    await user.click(screen.getByTestId('banner-resume'));
    expect(asked('resume_download')).toHaveLength(1);
    done();
    await tell({ kind: 'banner_gone', id: 'arrived' });
    expect(screen.queryByTestId('banner-arrived')).toBeNull();
  });

  it('say why going on failed, and stay', async () => {
    const { user } = await open({ banners: [arrived] }, { resume_download: () => Promise.reject(problem('out_of_credits', 'The credits do not reach.')) });
    await user.click(screen.getByTestId('banner-resume'));
    await settled();
    expect(screen.getByTestId('problem').dataset.code).toBe('out_of_credits');
    expect(screen.getByTestId('banner-resume')).toHaveProperty('disabled', false);
  });

  it('are put away in the core as well', async () => {
    const { user, asked } = await open({ banners: [level] });
    await user.click(screen.getByTestId('banner-close'));
    await settled();
    expect(screen.queryByTestId('banner-notice-80')).toBeNull();
    expect(asked('dismiss_banner')[0]?.args).toEqual({ banner: 'notice-80' });
  });

  it('come and go as the core says, a new one in the place of the old', async () => {
    await open();
    await tell({ kind: 'banner', banner: level });
    await tell({ kind: 'banner', banner: { ...level, text: '9 of 10 monthly credits used.' } });
    expect(screen.getAllByTestId('banner')).toHaveLength(1);
    expect(screen.getByTestId('banner-notice-80').textContent).toContain('9 of 10');
    await tell({ kind: 'banner_gone', id: 'notice-80' });
    expect(screen.queryByTestId('banner')).toBeNull();
  });
});
