import { svelte } from '@sveltejs/vite-plugin-svelte';
import { svelteTesting } from '@testing-library/svelte/vite';
import { defineConfig } from 'vitest/config';

import { mockService } from './mock/plugin.ts';

export default defineConfig(({ mode }) => ({
  // The window loads the built files through its own protocol: addresses must be relative, and nothing may be inlined,
  // because the content security policy allows no `data:` addresses.
  base: './',
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    target: ['chrome111', 'safari16.4'],
    modulePreload: { polyfill: false },
  },
  server: { port: 5173, strictPort: true },
  plugins: [svelte(), ...(mode === 'mock' ? [mockService()] : []), ...(mode === 'test' ? [svelteTesting({ autoCleanup: false })] : [])],
  test: {
    include: ['tests/**/*.test.ts'],
    // on a machine that is busy compiling, a whole window takes its time
    testTimeout: 30_000,
  },
}));
