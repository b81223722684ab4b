/** For exports that draw nothing. */
import type { PictureHost } from '#engine/export/define.ts';
import { nodeCompression } from '#engine/platform/nodeCompression.ts';

const no = (): never => {
  throw new Error('nothing is drawn in this test');
};

export const noPictures: PictureHost = {
  compression: nodeCompression,
  webFonts: no,
  rasterise: no,
};

/** One pixel, as PNG. */
export const smallestPng = (): Uint8Array =>
  new Uint8Array(
    Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
      'base64',
    ),
  );
