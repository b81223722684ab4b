/** Pictures without a format: width, height, channels, then the pixels; a decoder that neither crops nor scales. */
import type { PictureDecoder } from '#engine/datasets/index.ts';
import { inputError } from '#engine/ir/problem.ts';

/** All pixels are `value`, plus 1, 2 in the other channels. */
export function plainPicture(width: number, height: number, channels: 1 | 3, value: number) {
  const pixels = Array.from(
    { length: width * height * channels },
    (_, i) => value + (i % channels),
  );
  return Uint8Array.from([width, height, channels, ...pixels]);
}

export const DAMAGED = Uint8Array.of(0, 0, 0);

export interface PlainDecoder extends PictureDecoder {
  /** Of every picture decoded, what was asked for. */
  readonly asked: string[];
}

export function plainDecoder(): PlainDecoder {
  const header = (bytes: Uint8Array) => {
    const [width = 0, height = 0, channels = 0] = bytes;
    if (width === 0) throw inputError('picture.damaged', 'It is damaged.');
    return { width, height, channels: channels === 1 ? 1 : 3 } as const;
  };
  const asked: string[] = [];
  return {
    ...{ atOnce: 3, asked },
    header: async (bytes) => header(bytes),
    async decode(bytes, target) {
      const has = header(bytes);
      asked.push(`${target.channels}x${target.height}x${target.width} ${target.fit}`);
      // Later ones may come back first.
      await Promise.resolve(
        asked.length % 2 ? null : new Promise((resolve) => setTimeout(resolve)),
      );
      const length = target.height * target.width * target.channels;
      const value = bytes[3] ?? 0;
      const step = has.channels === 1 ? 0 : 1;
      return Uint8Array.from({ length }, (_, i) => value + step * (i % target.channels));
    },
  };
}
