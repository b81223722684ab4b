/** What decoding of pictures a source asks of its host. Nothing here knows a format. */

export type Fit = 'crop' | 'pad' | 'stretch';

/** As the picture is shown: turned as its EXIF orientation says. */
export interface PictureHeader {
  readonly width: number;
  readonly height: number;
  /** Of the colours; transparency is none. */
  readonly channels: 1 | 3;
}

export interface PictureTarget {
  readonly channels: 1 | 3;
  readonly height: number;
  readonly width: number;
  readonly fit: Fit;
}

/**
 * Both throw InputError for what is no picture, damaged or too large, in bounded time and memory. Where a
 * file has several pictures (animations, pages), the first is meant.
 */
export interface PictureDecoder {
  /** Calls at the same time that make sense. */
  readonly atOnce: number;
  header(bytes: Uint8Array): Promise<PictureHeader>;
  /** u8 `[height, width, channels]`, transparent parts over white. */
  decode(bytes: Uint8Array, target: PictureTarget): Promise<Uint8Array>;
}
