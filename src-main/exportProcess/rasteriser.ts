/** Draws SVG as pixels: resvg, in WebAssembly. The one file that knows it. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { initWasm, Resvg } from '@resvg/resvg-wasm';
import { FONT_NAMES } from '#engine/drawing/text.ts';
import type { PictureHost } from '#engine/export/define.ts';
import { drawingFonts } from './fonts.ts';
import { missingLetters } from './letters.ts';

let opened: Promise<void> | null = null;

/** Once in a process; it says no the second time. */
async function open(): Promise<void> {
  const wasm = createRequire(import.meta.url).resolve('@resvg/resvg-wasm/index_bg.wasm');
  await initWasm(await readFile(wasm));
}

export const rasterise: PictureHost['rasterise'] = async (svg, scale) => {
  const [fontBuffers] = await Promise.all([drawingFonts(), (opened ??= open())]);
  const drawing = new Resvg(svg, {
    font: {
      fontBuffers: [...fontBuffers],
      defaultFontFamily: FONT_NAMES.text,
      sansSerifFamily: FONT_NAMES.text,
      monospaceFamily: FONT_NAMES.mono,
    },
    fitTo: { mode: 'zoom', value: scale },
  });
  try {
    const image = drawing.render();
    try {
      return {
        ...{ png: image.asPng(), widthPx: image.width, heightPx: image.height },
        missingLetters: missingLetters(svg, fontBuffers),
      };
    } finally {
      image.free();
    }
  } finally {
    drawing.free();
  }
};
