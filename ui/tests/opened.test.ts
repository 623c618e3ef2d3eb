// @vitest-environment jsdom
import { fireEvent, screen } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';

import { picture, problem, quote, removebg } from '../mock/fixtures';
import { pictureBase, pictureUrl } from '../src/lib/pictures';
import { card, open, settled, tell } from './support';

const a = picture('a', 'a.png', 'previewed');

describe('before and after', () => {
  const position = () => Number(screen.getByTestId('slider').getAttribute('aria-valuenow'));

  it.each([
    ['{ArrowRight}', 52],
    ['{ArrowLeft}', 48],
    ['{Shift>}{ArrowLeft}{/Shift}', 40],
    ['{PageUp}', 60],
    ['{Home}', 0],
    ['{End}', 100],
    ['{End}{ArrowRight}', 100],
    ['{Home}{ArrowLeft}', 0],
  ])('%s moves the line from 50 to %d', async (keys, to) => {
    const { user } = await open({ pictures: [a] });
    await user.click(card('a'));
    screen.getByTestId('slider').focus();
    await user.keyboard(keys);
    expect(position()).toBe(to);
  });

  it('says where the line stands', async () => {
    const { user } = await open({ pictures: [a] });
    await user.click(card('a'));
    const slider = screen.getByRole('slider', { name: 'Before and after' });
    expect(slider.getAttribute('aria-valuetext')).toBe('50 % before, 50 % after');
    slider.focus();
    await user.keyboard('{Home}');
    expect(slider.getAttribute('aria-valuetext')).toBe('All after');
  });

  it('follows the pointer', async () => {
    const { user } = await open({ pictures: [a] });
    await user.click(card('a'));
    const frame = screen.getByTestId('slider').parentElement as HTMLElement;
    frame.getBoundingClientRect = () => ({ left: 100, width: 400 }) as DOMRect;
    await fireEvent(frame, new MouseEvent('pointermove', { clientX: 200, buttons: 1, bubbles: true }));
    expect(position()).toBe(25);
    await fireEvent(frame, new MouseEvent('pointermove', { clientX: 400, buttons: 0, bubbles: true }));
    expect(position()).toBe(25);
  });

  it('asks for the picture anew when it has changed', async () => {
    const { user } = await open({ pictures: [a] });
    await user.click(card('a'));
    const asked: string[] = [];
    const { Image } = globalThis;
    vi.stubGlobal('Image', class {
      set src(address: string) {
        asked.push(address);
      }
    });
    await tell({ kind: 'picture', picture: { ...a, revision: 7 } });
    expect(asked).toEqual(['clearcut://localhost/before/a?v=7', 'clearcut://localhost/after/a?v=7']);
    vi.stubGlobal('Image', Image);
  });
});

describe('addresses of pictures', () => {
  it('are those the web view of the system can reach', () => {
    expect(pictureUrl('thumb', 'x', 3)).toBe('clearcut://localhost/thumb/x?v=3');
    expect(pictureBase('Mozilla/5.0 (Windows NT 10.0; Win64; x64) Edg/140')).toBe('http://clearcut.localhost');
    expect(pictureBase('Mozilla/5.0 (X11; Linux x86_64)')).toBe('clearcut://localhost');
  });
});

describe('previews', () => {
  it('from the service name their price and hand it over', async () => {
    const { user, asked } = await open({ active: removebg.id, pictures: [a] });
    await user.click(card('a'));
    await user.click(screen.getByTestId('preview-more'));
    const button = await screen.findByTestId('preview-service');
    expect(button.textContent?.trim()).toBe('Preview by the service · at most 0.25 credits');
    await user.click(button);
    expect(asked('preview')[0]?.args).toEqual({ picture: 'a', source: 'service', agreed_cost: '0.25' });
  });

  it('on this computer cost nothing and can be stopped', async () => {
    const { user, asked } = await open({ pictures: [a] });
    await user.click(card('a'));
    await user.click(screen.getByTestId('preview-again'));
    expect(asked('preview')[0]?.args).toEqual({ picture: 'a', source: 'device', agreed_cost: null });
    await tell({ kind: 'picture', picture: { ...a, state: 'previewing', preview: null } });
    await user.click(screen.getByTestId('cancel'));
    expect(asked('cancel')).toHaveLength(1);
  });
});

describe('trouble with a picture', () => {
  it('is said once, by the picture, where a command failed with the very same', async () => {
    const full = problem('paid_not_saved', '“a.png” is paid and kept, but the folder cannot be written to.');
    const paid = quote({ charged: 0, cost: '0', subscription: '0', already_paid: 1 });
    const { user } = await open(
      { pictures: [{ ...a, state: 'paid_not_saved', problem: full }] },
      { quote: () => paid, save_again: () => Promise.reject(full) },
    );
    await user.click(card('a'));
    await settled();
    await user.click(screen.getByTestId('save-again'));
    await settled();
    expect(screen.getAllByTestId('problem')).toHaveLength(1);
  });

  it('that was lost after it was paid is explained even without a reason, and sending again names its price', async () => {
    const { user } = await open({ pictures: [{ ...a, state: 'paid_lost' }] });
    await user.click(card('a'));
    await settled();
    expect(screen.getByTestId('problem').dataset.code).toBe('paid_lost');
    expect(screen.getByTestId('problem').textContent).toContain('costs its price again');
    expect(screen.getByTestId('download').textContent?.trim()).toBe('Send again · 1 credit');
  });

  it('before the preview is tried again for nothing', async () => {
    const { user, asked } = await open({
      pictures: [{ ...a, state: 'failed', preview: null, problem: problem('internal', 'The preview could not be made.') }],
    });
    await user.click(card('a'));
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    expect(asked('preview')).toHaveLength(1);
    expect(asked('download')).toHaveLength(0);
  });

  it('after the preview is tried again only by a button that names the price', async () => {
    const { user, asked } = await open({ pictures: [{ ...a, state: 'failed', problem: problem('no_network', 'The service cannot be reached. Nothing was charged.') }] });
    await user.click(card('a'));
    await settled();
    expect(screen.queryByRole('button', { name: 'Try again' })).toBeNull();
    const again = screen.getByTestId('problem').querySelector<HTMLElement>('[data-action="retry"]');
    expect(again?.textContent).toBe('Download full size · 1 credit');
    await user.click(again as HTMLElement);
    expect(asked('download')[0]?.args.agreed_cost).toBe('1');
  });
});
