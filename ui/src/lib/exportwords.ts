/** Exporting in words and plain values: the formats, the sizes, what is written of how many pictures. Asks nobody anything. */

import type { ExportFormatChoice } from './bindings/ExportFormatChoice';
import type { ExportSize } from './bindings/ExportSize';
import type { ExportedFile } from './bindings/ExportedFile';
import type { PictureView } from './bindings/PictureView';
import type { PresetView } from './bindings/PresetView';
import { MOST_PIXELS, RANGES, type Canvas } from './scene/edits';

export interface Format {
  value: ExportFormatChoice;
  label: string;
  note: string;
  /** Its quality where the user asks for none; `null` where it loses nothing. */
  quality: number | null;
}

export const FORMATS: readonly Format[] = [
  { value: 'png', label: 'PNG', note: 'Transparent, without loss', quality: null },
  { value: 'jpg', label: 'JPG', note: 'On a background; white unless one is chosen', quality: 92 },
  { value: 'webp', label: 'WebP', note: 'Transparent, without loss, smaller than PNG', quality: null },
  { value: 'webp_lossy', label: 'WebP, lossy', note: 'Transparent, much smaller', quality: 85 },
  { value: 'avif', label: 'AVIF', note: 'Transparent, smallest; slow to write', quality: 60 },
  { value: 'tiff', label: 'TIFF', note: 'Transparent, without loss, for print', quality: null },
  { value: 'zip', label: 'ZIP', note: 'Colour and alpha as two files', quality: 92 },
];

export const formatOf = (value: ExportFormatChoice): Format => FORMATS.find((format) => format.value === value) as Format;

/** A size of one's own. */
export interface OwnSize {
  width: number;
  height: number;
  /** Left free on each side, per cent of the shorter side. */
  margin: number;
}

/** What was typed as a size of one's own; `null` where it is none. */
export function typedSize(width: string, height: string, margin: string): OwnSize | null {
  const [across, down, free] = [width, height, margin.trim() === '' ? '0' : margin].map((text) => Number(text.replace(',', '.').replace('%', '').trim())) as [number, number, number];
  const side = (value: number): boolean => Number.isInteger(value) && value >= RANGES.side[0] && value <= RANGES.side[1];
  const fits = side(across) && side(down) && across * down <= MOST_PIXELS && free >= 0 && free <= RANGES.margin[1] * 100;
  return fits ? { width: across, height: down, margin: free } : null;
}

/** Each size has a name of its own: in lists of what is chosen, and for tests. */
export const ownKey = ({ width, height, margin }: OwnSize): string => `${width}x${height}-${margin}`;

const free = (per: number): string => (per === 0 ? '' : `, ${Math.round(per * 10) / 10} % margin`);

export const ownWords = ({ width, height, margin }: OwnSize): string => `${width} × ${height}${free(margin)}`;

/** "2000 × 2000, 5 % margin". What it stands on is in the preset's own label. */
export const presetWords = ({ width, height, margin }: PresetView): string => `${width} × ${height}${free(margin * 100)}`;

/** The size of a picture as edited. */
export function editedSize(canvas: Canvas): string {
  if (canvas.kind === 'fixed') return `${canvas.width} × ${canvas.height}`;
  return canvas.kind === 'subject' ? 'cropped to the subject' : 'the picture’s own size';
}

/** The sizes as the core wants them, in the order they are shown. */
export function asked(chosen: ReadonlySet<string>, presets: readonly PresetView[], own: readonly OwnSize[]): ExportSize[] {
  return [
    ...(chosen.has('as_edited') ? [{ kind: 'as_edited' } as const] : []),
    ...presets.filter(({ name }) => chosen.has(name)).map(({ name }) => ({ kind: 'preset', name }) as const),
    ...own.filter((size) => chosen.has(ownKey(size))).map(({ width, height, margin }) => ({ kind: 'pixels', width, height, margin: margin / 100 }) as const),
  ];
}

const counted = (count: number, one: string, many: string): string => `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
export const files = (count: number): string => counted(count, 'file', 'files');
export const pictures = (count: number): string => counted(count, 'picture', 'pictures');

/** Where the pixels come from, which decides how large and how good a file can be. */
export function sources(shown: readonly PictureView[]): string {
  const paid = shown.filter(({ result }) => result !== null && !result.on_device).length;
  const service = shown.filter(({ result, preview }) => (result === null || result.on_device) && preview?.source === 'service');
  const here = shown.length - paid - service.length;
  const [only] = service;
  const one = shown.length === 1;
  const parts = [
    ...(paid > 0 ? [one ? 'the full result that is paid' : `${paid} from full results that are paid`] : []),
    ...(service.length > 0
      ? [one && only?.preview ? `the service’s preview, ${only.preview.width} × ${only.preview.height} pixels` : `${service.length} from the service’s previews, which are small`]
      : []),
    ...(here > 0 ? [one ? 'the cutout made on this computer, at full size' : `${here} cut out on this computer, at full size`] : []),
  ];
  return one ? `From ${parts[0] ?? ''}.` : `${pictures(shown.length)}: ${parts.join(', ')}.`;
}

/** What became of it: "6 files written", and what was not. */
export function outcome(written: readonly ExportedFile[], failed: number, left: number): string {
  const parts = [`${files(written.length)} written`];
  if (failed > 0) parts.push(`${pictures(failed)} failed`);
  if (left > 0) parts.push(`${pictures(left)} left out, because you stopped`);
  return parts.join(', ');
}
