import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

/**
 * Built into the programs: plain JavaScript that every start needs. As some hundred files of their own they would take
 * longer to find and read than everything else of a start.
 */
const BUNDLED = [
  ...['@bufbuild/protobuf', '@msgpack/msgpack', 'commander', 'jsep', 'papaparse', 'tar-stream'],
  ...['ws', 'yauzl', 'yazl', 'zod'],
];

const at = (path: string) => resolve(import.meta.dirname, path);

/**
 * One build for both desktop hosts. `main` holds every Node entry: the Electron shell, the command
 * line (which is also the server) and the programs started as processes and threads.
 */
export default defineConfig({
  main: {
    build: {
      outDir: 'out/main',
      sourcemap: true,
      externalizeDeps: {
        // Optional, with a binary: found where it is installed, or not at all.
        include: ['webgpu'],
        exclude: BUNDLED,
      },
      rolldownOptions: {
        input: {
          electron: at('src-main/electron/main.ts'),
          cli: at('src-main/cli/main.ts'),
          program: at('src-main/cli/program.ts'),
          engine: at('src-main/engineProcess/main.ts'),
          exporter: at('src-main/exportProcess/main.ts'),
          reader: at('src-main/dataProcess/main.ts'),
          wasmThread: at('src-engine/backends/wasm/thread.ts'),
        },
        // All in one folder: code finds its neighbours there, whichever file it is built into.
        output: { format: 'es', chunkFileNames: '[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      // A sandboxed preload is one file; what two share is in both.
      isolatedEntries: true,
      rolldownOptions: {
        input: {
          preload: at('src-main/preload/preload.ts'),
          gpuPreload: at('src-main/preload/gpuPreload.ts'),
        },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: at('src-renderer'),
    plugins: [react()],
    build: {
      outDir: at('out/renderer'),
      rolldownOptions: {
        input: { index: at('src-renderer/index.html'), gpu: at('src-renderer/gpu.html') },
      },
    },
  },
});
