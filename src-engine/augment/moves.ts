/**
 * Pictures that were only moved so far: which place each pixel comes from is kept, and pixels are written once, when
 * somebody asks for them. Moves after moves cost nothing by themselves then, and what a data set stores goes straight
 * into the batch. Whole places only; what lies between is geometry.ts's. Pure.
 */
import type { Picture, Room } from './define.ts';

/** Steps see 0 to 1. */
const WHITE_OF_BYTES = 255;

/** Pixels as they are kept: bytes, or numbers from 0 to 1. */
export interface StoredPixels {
  readonly values: Float32Array | Int32Array | Uint8Array;
  /** Where the picture begins: `[channels, height, width]` from there. */
  readonly start: number;
}

/** What a 1 of a step is as it is kept. */
export const whiteOf = (values: StoredPixels['values']): number =>
  values instanceof Uint8Array ? WHITE_OF_BYTES : 1;

type Shape = Pick<Picture, 'channels' | 'height' | 'width'>;

/** Which row or column each one comes from; `OUTSIDE`: none. */
type Places = readonly number[];
const OUTSIDE = -1;

interface Moves {
  readonly rows: Places;
  readonly columns: Places;
  /** What lies outside, 0 to 1; undefined: nothing does. */
  readonly fill: number | undefined;
}

export class MovedPicture implements Picture {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly room?: Room;
  readonly #stored: StoredPixels;
  /** Absent: each pixel from its own place. */
  readonly #moves: Moves | undefined;
  #pixels: Float32Array | undefined;

  constructor(shape: Shape, stored: StoredPixels, room: Room | undefined, moves?: Moves) {
    this.channels = shape.channels;
    this.height = shape.height;
    this.width = shape.width;
    if (room) this.room = room;
    this.#stored = stored;
    this.#moves = moves;
  }

  /** Of any picture, for the moves that come. */
  static of(picture: Picture): MovedPicture {
    if (picture instanceof MovedPicture) return picture;
    return new MovedPicture(picture, { values: picture.pixels, start: 0 }, picture.room);
  }

  get pixels(): Float32Array {
    if (this.#pixels) return this.#pixels;
    const length = this.channels * this.height * this.width;
    const pixels = this.room?.take(length) ?? new Float32Array(length);
    this.writeStored(pixels, 0);
    const white = whiteOf(this.#stored.values);
    if (white !== 1) for (let i = 0; i < length; i++) pixels[i] = (pixels[i] ?? 0) / white;
    return (this.#pixels = pixels);
  }

  /** As the data set has them: bytes stay 0 to 255. */
  writeStored(into: Float32Array, to: number): void {
    const { channels, height, width } = this;
    const { values, start } = this.#stored;
    if (!this.#moves) {
      into.set(values.subarray(start, start + channels * height * width), to);
      return;
    }
    const { rows, columns, fill = 0 } = this.#moves;
    const outside = fill * whiteOf(values);
    for (let line = 0; line < channels * height; line++) {
      const row = rows[line % height] ?? OUTSIDE;
      const at = to + line * width;
      if (row === OUTSIDE) {
        into.fill(outside, at, at + width);
        continue;
      }
      const from = start + (line - (line % height) + row) * width;
      for (let column = 0; column < width; column++) {
        const place = columns[column] ?? OUTSIDE;
        into[at + column] = place === OUTSIDE ? outside : (values[from + place] ?? 0);
      }
    }
  }

  /** Each pixel from `(row, column)` of this one; outside the picture is `fill`. Places are whole numbers. */
  moved(
    rowOf: (row: number) => number,
    columnOf: (column: number) => number,
    fill: number,
  ): MovedPicture {
    const before = this.#moves;
    const rows = placesOf(this.height, rowOf, before?.rows);
    const columns = placesOf(this.width, columnOf, before?.columns);
    const isOutside = rows.includes(OUTSIDE) || columns.includes(OUTSIDE);
    // What lay outside before has its own fill, which one more cannot be kept beside.
    if (isOutside && before?.fill !== undefined && before.fill !== fill) {
      const { channels, height, width, pixels, room } = this;
      return MovedPicture.of({ channels, height, width, pixels, ...(room && { room }) }).moved(
        rowOf,
        columnOf,
        fill,
      );
    }
    const moves = { rows, columns, fill: isOutside ? fill : undefined };
    return new MovedPicture(this, this.#stored, this.room, moves);
  }
}

/** Where places come from that come from others which may themselves come from elsewhere. */
function placesOf(size: number, placeOf: (place: number) => number, before?: Places): Places {
  // A plain list: a typed array of some hundred bytes costs more to make than to fill.
  const places: number[] = [];
  for (let i = 0; i < size; i++) {
    // Random numbers are floats to the compiler, and so would every index be that comes from them.
    const place = placeOf(i) | 0;
    if (place < 0 || place >= size) places.push(OUTSIDE);
    else places.push(before ? (before[place] ?? OUTSIDE) : place);
  }
  return places;
}
