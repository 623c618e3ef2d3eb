// @vitest-environment jsdom
import { fireEvent, screen, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';

import { editsView, exported, presets } from '../mock/editdesk';
import { picture, problem } from '../mock/fixtures';
import type { ExportOptions } from '../src/lib/bindings/ExportOptions';
import { asked, outcome, sources, typedSize } from '../src/lib/exportwords';
import { card, open, settled } from './support';

const pictures = ['a', 'b', 'c'].map((id) => picture(id, `${id}.png`, 'previewed'));
const answers = {
  edits: () => editsView(),
  export_presets: () => presets,
  export_pictures: ({ pictures: ids, options }: Record<string, unknown>) => exported((ids as string[])[0] as string, `${(ids as string[])[0]}.png`, options as ExportOptions),
};

async function sheet(more: Record<string, (args: Record<string, unknown>) => unknown> = {}, all = false) {
  const window = await open({ pictures }, { ...answers, ...more });
  await window.user.click(card('a'));
  await settled();
  if (all) await window.user.keyboard('{Control>}a{/Control}');
  await window.user.keyboard('{Control>}e{/Control}');
  await settled();
  const options = () => window.asked('export_pictures').map(({ args }) => args.options as ExportOptions);
  return { ...window, options };
}

const go = () => screen.getByTestId('export-go');

describe('the export sheet', () => {
  it('says that it is free and that nothing is sent', async () => {
    await sheet();
    const dialog = screen.getByRole('dialog', { name: 'Export a.png' });
    expect(within(dialog).getByText(/nothing is sent/)).toBeTruthy();
    expect(go().textContent).toContain('Export 1 file, free');
  });

  it('writes every size that is ticked, in the format and quality that are chosen', async () => {
    const { user, options } = await sheet();
    await user.click(screen.getByLabelText(/Marketplace/));
    await user.type(screen.getByLabelText('Width in pixels'), '800');
    await user.type(screen.getByLabelText('Height in pixels'), '600{Enter}');
    await user.click(screen.getByTestId('export-format'));
    await user.click(await screen.findByTestId('export-format-jpg'));
    await fireEvent.input(screen.getByLabelText('Quality'), { target: { value: '80' } });
    expect(go().textContent).toContain('Export 3 files, free');
    await user.click(go());
    await settled();
    expect(options()).toEqual([
      {
        sizes: [{ kind: 'as_edited' }, { kind: 'preset', name: 'marketplace' }, { kind: 'pixels', width: 800, height: 600, margin: 0.05 }],
        format: 'jpg',
        quality: 80,
        edits: null,
      },
    ]);
    const said = screen.getByTestId('export-outcome');
    expect(said.textContent).toContain('3 files written');
    expect(said.textContent).toContain('a-cutout-marketplace.jpg');
  });

  it('asks for no quality where a format loses nothing', async () => {
    const { user, options } = await sheet();
    expect(screen.queryByLabelText('Quality')).toBeNull();
    await user.click(go());
    await settled();
    expect(options()[0]?.quality).toBeNull();
  });

  it('refuses sizes that no picture can have', async () => {
    const { user } = await sheet();
    await user.type(screen.getByLabelText('Width in pixels'), '99999');
    await user.type(screen.getByLabelText('Height in pixels'), '10{Enter}');
    expect(screen.getByRole('alert').textContent).toContain('20,000');
    await user.click(screen.getByLabelText(/^As edited/));
    expect(go()).toHaveProperty('disabled', true);
  });

  it('takes a selection one picture after the other, and names those that failed', async () => {
    const { user, asked: calls } = await sheet(
      {
        export_pictures: ({ pictures: ids, options }) => {
          const [id] = ids as string[];
          if (id === 'b') return { files: [], failed: [{ name: 'b.png', problem: problem('disk_full', 'The drive is full.') }] };
          return exported(id as string, `${id}.png`, options as ExportOptions);
        },
      },
      true,
    );
    expect(screen.getByRole('dialog', { name: 'Export 3 pictures' })).toBeTruthy();
    await user.click(go());
    await settled();
    expect(calls('export_pictures').map(({ args }) => args.pictures)).toEqual([['a'], ['b'], ['c']]);
    const said = screen.getByTestId('export-outcome');
    expect(said.textContent).toContain('2 files written, 1 picture failed');
    expect(said.textContent).toContain('The drive is full.');
    await user.click(screen.getByTestId('export-again'));
    expect(go().textContent).toContain('Export 3 files, free');
  });

  it('tells how far it has come, and stops after the picture at work', async () => {
    const waiting: (() => void)[] = [];
    const { user, asked: calls } = await sheet(
      {
        export_pictures: ({ pictures: ids, options }) =>
          new Promise((done) => waiting.push(() => done(exported((ids as string[])[0] as string, 'x.png', options as ExportOptions)))),
      },
      true,
    );
    await user.click(go());
    waiting.shift()?.();
    await settled();
    expect(screen.getByRole('progressbar', { name: 'Pictures exported' })).toHaveProperty('value', 1);
    await user.click(screen.getByTestId('export-stop'));
    waiting.shift()?.();
    await settled();
    expect(calls('export_pictures')).toHaveLength(2);
    expect(screen.getByTestId('export-outcome').textContent).toContain('2 files written, 1 picture left out');
  });

  it('puts what has no background of its own on the colour of all', async () => {
    const { user, options } = await open({ pictures }, answers).then(async (window) => {
      await window.user.click(card('a'));
      await window.user.click(screen.getByTestId('bg-white'));
      await window.user.click(screen.getByTestId('export-open'));
      await settled();
      return { ...window, options: () => window.asked('export_pictures').map(({ args }) => args.options as ExportOptions) };
    });
    await user.click(go());
    await settled();
    expect(options()[0]?.edits?.scene.backdrop).toEqual({ kind: 'colour', rgb: '#ffffff' });
  });
});

describe('exporting in words', () => {
  it.each([
    ['800', '600', '', { width: 800, height: 600, margin: 0 }],
    ['800', '600', '2,5 %', { width: 800, height: 600, margin: 2.5 }],
    ['0', '600', '5', null],
    ['800', '600.5', '5', null],
    ['20000', '20000', '0', null],
    ['800', '600', '50', null],
    ['', '600', '5', null],
  ])('%s × %s with %s', (width, height, margin, size) => {
    expect(typedSize(width, height, margin)).toEqual(size);
  });

  it('keeps the order in which sizes are shown', () => {
    const own = [{ width: 10, height: 20, margin: 5 }];
    expect(asked(new Set(['10x20-5', 'story', 'as_edited']), presets, own).map(({ kind }) => kind)).toEqual(['as_edited', 'preset', 'pixels']);
  });

  it('says where the pixels come from', () => {
    const [a, b] = pictures as [(typeof pictures)[0], (typeof pictures)[0]];
    expect(sources([a])).toBe('From the cutout made on this computer, at full size.');
    expect(sources([a, { ...b, preview: { source: 'service', width: 500, height: 400 } }])).toContain('1 from the service’s previews');
    expect(outcome([], 1, 0)).toBe('0 files written, 1 picture failed');
  });
});
