/**
 * Builds src-player: one script and one style sheet, which the exporter puts into every page that it writes
 * (src-main/exportProcess/playerBundle.ts).
 */
import { resolve } from 'node:path';
import { defineConfig } from 'vite';

const at = (path: string) => resolve(import.meta.dirname, path);

export default defineConfig({
  build: {
    outDir: at('out/player'),
    emptyOutDir: true,
    target: 'es2022',
    lib: {
      entry: at('src-player/main.ts'),
      // A plain script: modules are not loaded from a disk.
      formats: ['iife'],
      name: 'netloomPlayer',
      fileName: () => 'player.js',
      cssFileName: 'player',
    },
  },
});
