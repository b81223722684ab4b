/**
 * The program of the process that exports: writes a model in a format, runs what it wrote with ONNX Runtime and
 * compares; draws pictures of graphs. A file that brings a runtime down costs this process and nothing else.
 */
import { join } from 'node:path';
import { createWasmBackend } from '#engine/backends/wasm/index.ts';
import type { PictureHost } from '#engine/export/define.ts';
import { exportModel } from '#engine/export/exportModel.ts';
import { createNodePlatform } from '#engine/platform/node.ts';
import { type ExporterCalls, serve } from '#engine/protocol/index.ts';
import { writeContent } from './writeContent.ts';
import { nodeCompression } from '#engine/platform/nodeCompression.ts';
import { writesCompiled } from '../compiled.ts';
import { parentTransport } from '../engineProcess/parentTransport.ts';
import { readPlayerBundle } from './playerBundle.ts';

// Beside this program, as for the engine.
const platform = createNodePlatform({
  threadEntry: join(import.meta.dirname, 'wasmThread.js'),
  log: () => undefined,
});

/** What drawing needs is loaded by those who draw. */
const pictures: PictureHost = {
  compression: nodeCompression,
  webFonts: async () => (await import('./fonts.ts')).webFonts(),
  rasterise: async (svg, scale) => (await import('./rasteriser.ts')).rasterise(svg, scale),
};

// Ctrl+C in a terminal reaches the whole group; ending is the parent's decision.
process.on('SIGINT', () => undefined);

serve<ExporterCalls, Record<never, never>>(parentTransport(writesCompiled()), {
  async export({ path, container, ...request }) {
    const { content, report } = await exportModel(request, {
      platform,
      createBackend: () => createWasmBackend(platform, { threads: platform.cores }),
      readPlayerBundle: () => readPlayerBundle(),
      pictures,
      createRunner: async () => (await import('./onnxRuntime.ts')).createOnnxRunner(),
    });
    return { ...report, ...(await writeContent(path, container, content)) };
  },
});
