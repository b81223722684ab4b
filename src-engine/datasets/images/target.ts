/** What every picture becomes: as the options say, or as the pictures are. */
import type { PictureHeader, PictureTarget } from './contract.ts';
import { eachPicture, type Reading } from './eachPicture.ts';
import type { FoundPicture } from './found.ts';

export interface TargetOptions {
  readonly channels: 'auto' | 'grey' | 'colour';
  readonly height: number;
  readonly width: number;
  readonly fit: PictureTarget['fit'];
}

/** Larger pictures than this are trained on by few, and then they say so. */
export const MAX_AUTOMATIC = 256;
const USUAL_SIZE = 64;

export async function targetOf(
  pictures: readonly FoundPicture[],
  options: TargetOptions,
  reading: Reading,
): Promise<{ readonly target: PictureTarget; readonly note: string }> {
  const { fit } = options;
  const height = options.height || options.width;
  const width = options.width || options.height;
  const isAsked = options.channels === 'auto' || height === 0;
  const sizes = new Map<string, PictureHeader>();
  let areGrey = true;
  if (isAsked) {
    await eachPicture(pictures, reading, 'quiet', async (bytes) => {
      const header = await reading.pictures.header(bytes);
      sizes.set(`${header.width}×${header.height}`, header);
      areGrey &&= header.channels === 1;
    });
  }
  const grey =
    options.channels === 'auto' ? areGrey && sizes.size > 0 : options.channels === 'grey';
  const channels = grey ? 1 : 3;
  const size = height === 0 ? automaticSize(sizes) : { height, width, why: '' };
  const colours = grey ? 'grey' : 'in colours';
  return {
    target: { channels, height: size.height, width: size.width, fit },
    note: `Pictures are ${colours}, ${size.height} high and ${size.width} wide${size.why}.`,
  };
}

function automaticSize(sizes: ReadonlyMap<string, PictureHeader>) {
  const [first] = sizes.values();
  if (sizes.size === 1 && first && Math.max(first.width, first.height) <= MAX_AUTOMATIC) {
    return { height: first.height, width: first.width, why: ', as the files are' };
  }
  const why =
    sizes.size === 1 && first
      ? `; the files are ${first.height} high and ${first.width} wide`
      : `; the files have ${sizes.size} different sizes`;
  return { height: USUAL_SIZE, width: USUAL_SIZE, why };
}
