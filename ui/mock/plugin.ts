/**
 * Serves the window in a browser without the desktop shell: `npm run mock`. Swaps the entry for mock/main.ts and answers
 * for the picture protocol with the project's sample photos and cutouts made of them.
 */

import { createReadStream, existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Plugin } from 'vite';

const SAMPLES = process.env.CLEARCUT_SAMPLES ?? resolve(import.meta.dirname, '../../samples');
const CUTOUTS = resolve(import.meta.dirname, 'cutouts');

/** `/pictures/KIND/NAME~N?v=R`: NAME is the sample's; a thumbnail is the cutout from revision 2 on. */
const ADDRESS = /^\/pictures\/(thumb|before|after)\/([a-z]+)~\w+\?v=(\d+)$/;

function file(kind: string, name: string, revision: number): string | undefined {
  const cut = kind === 'after' || (kind === 'thumb' && revision > 1);
  const places = cut ? [`${CUTOUTS}/${name}.webp`] : [`${SAMPLES}/${name}.png`, `${SAMPLES}/${name}.jpg`];
  return places.find((place) => existsSync(place));
}

export function mockService(): Plugin {
  return {
    name: 'clearcut-mock',
    apply: 'serve',
    config: () => ({ define: { 'import.meta.env.VITE_PICTURES': JSON.stringify('/pictures') } }),
    transformIndexHtml: (html) => html.replace('/src/main.ts', '/mock/main.ts'),
    configureServer({ middlewares }) {
      middlewares.use((request, response, next) => {
        const [, kind = '', name = '', revision = '1'] = ADDRESS.exec(request.url ?? '') ?? [];
        const found = file(kind, name, Number(revision));
        if (found === undefined) return next();
        createReadStream(found).pipe(response);
      });
    },
  };
}
