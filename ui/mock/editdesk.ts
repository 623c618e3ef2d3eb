/** The made-up core's part of the editor: edits kept in memory, the built-in backgrounds, sizes, and exports that write nothing. */

import type { Edits } from '../src/lib/bindings/Edits';
import type { EditsView } from '../src/lib/bindings/EditsView';
import type { ExportOptions } from '../src/lib/bindings/ExportOptions';
import type { ExportView } from '../src/lib/bindings/ExportView';
import type { PresetView } from '../src/lib/bindings/PresetView';
import type { TemplateView } from '../src/lib/bindings/TemplateView';
import { NO_EDITS } from '../src/lib/scene/edits';

export const templates: TemplateView[] = [
  { name: 'plain', label: 'Plain' },
  { name: 'studio', label: 'Studio' },
  { name: 'floor', label: 'Studio floor' },
  { name: 'gradient_warm', label: 'Warm' },
];

export const presets: PresetView[] = [
  { name: 'marketplace', label: 'Marketplace, on white', width: 2000, height: 2000, margin: 0.05, background: '#ffffff' },
  { name: 'square', label: 'Social, square', width: 1080, height: 1080, margin: 0.08, background: null },
  { name: 'story', label: 'Social, story', width: 1080, height: 1920, margin: 0.1, background: null },
];

export const editsView = (edits: Edits = NO_EDITS): EditsView => ({ edits, kept: edits !== NO_EDITS, subject: { x: 0.2, y: 0.1, width: 0.6, height: 0.8 }, templates });

/** What an export of one picture would answer. */
export function exported(picture: string, name: string, { sizes, format }: ExportOptions): ExportView {
  const files = sizes.map((size) => {
    const preset = size.kind === 'preset' ? presets.find((one) => one.name === size.name) : undefined;
    const { width, height } = size.kind === 'pixels' ? size : (preset ?? { width: 512, height: 512 });
    const behind = size.kind === 'as_edited' ? '' : size.kind === 'preset' ? `-${size.name}` : `-${width}x${height}`;
    return { picture, name: `${name.split('.')[0]}-cutout${behind}.${format}`, width, height, bytes: width * height };
  });
  return { files, failed: [] };
}

export class EditDesk {
  readonly #kept = new Map<string, Edits>();
  readonly #name: (id: string) => string;

  constructor(name: (id: string) => string) {
    this.#name = name;
  }

  /** The answer; `undefined` where the command is not about editing. */
  async answer(command: string, args: Record<string, unknown>): Promise<unknown> {
    switch (command) {
      case 'edits':
        return editsView(this.#kept.get(args.picture as string));
      case 'set_edits':
        this.#kept.set(args.picture as string, args.edits as Edits);
        return null;
      case 'backdrops':
        return [];
      case 'choose_backdrop':
        return null;
      case 'export_presets':
        return presets;
      default: {
        await new Promise((done) => setTimeout(done, 400));
        const [id = ''] = args.pictures as string[];
        return exported(id, this.#name(id), args.options as ExportOptions);
      }
    }
  }
}

export const EDITING = ['edits', 'set_edits', 'backdrops', 'choose_backdrop', 'export_presets', 'export_pictures'] as const;
