/** Pictures that `predict` is given: files, or folders of them. Decoded by the process that reads data, never here. */
import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { analyse } from '#engine/check/analyse.ts';
import type { FieldRef } from '#engine/check/heads.ts';
import { MAX_PICTURE_BYTES, naturally } from '#engine/datasets/index.ts';
import { InputError, inputError, type NetworkDocument, type Problem } from '#engine/ir/index.ts';
import { asInputError } from '#engine/ir/systemError.ts';
import { readRegularFile } from '#engine/platform/node.ts';
import type { OwnSamples } from '#engine/training/ownSamples/answers.ts';
import {
  labelOf,
  type OwnPicture,
  pictureField,
  pictureSamples,
  pictureTarget,
} from '#engine/training/ownSamples/pictures.ts';
import type { DataReader } from '../services/dataReader.ts';
import { formatInteger } from '#engine/ir/numberText.ts';

/** Handed over at once: of bytes, and of files. */
const PIECE_BYTES = 64 * 2 ** 20;
const PIECE_FILES = 64;
const MOST_PICTURES = 100_000;
/** Of what could not be read so many are named. */
const MOST_NAMED = 5;
const PICTURE = /\.(png|jpe?g|webp|tiff?|gif)$/i;

export interface PictureInput {
  readonly path: string;
  /** Bytes of a file; absent: a folder. */
  readonly bytes?: Uint8Array;
}

/** A single file that cannot be read is an error; of several, it is left out and said. */
export async function readPictureInput(
  given: readonly PictureInput[],
  document: NetworkDocument,
  fields: readonly FieldRef[],
  reader: Pick<DataReader, 'decode'>,
): Promise<OwnSamples> {
  const [first] = given;
  const path = first?.path ?? '';
  const ref = pictureField(fields, path);
  const target = pictureTarget(document, ref);
  const files = (await Promise.all(given.map(filesIn))).flat();
  if (files.length > MOST_PICTURES) {
    throw inputError('predict.too-many', `There are ${formatInteger(files.length)} pictures.`, {
      path,
      explanation: `At most ${MOST_PICTURES} are answered at once.`,
    });
  }
  const { pictures, failed } = await decodeAll(files, (pieces) =>
    reader.decode({ pictures: pieces, target }),
  );
  const [problem] = failed;
  if (files.length === 1 && problem) throw new InputError([{ ...problem, path }]);
  const more = failed.length - MOST_NAMED;
  const notes = failed
    .slice(0, MOST_NAMED)
    .map((each) => `${each.path ?? ''} is left out: ${each.message}`);
  if (more > 0) notes.push(`${more} more are left out.`);
  if (pictures.length === 0) {
    throw inputError('images.none', 'There is no picture here that can be read.', {
      path,
      explanation: notes.join(' ') || 'PNG, JPEG, WebP, TIFF and GIF are read.',
    });
  }
  return pictureSamples(pictures, ref, { notes }, labelOf(analyse(document).heads));
}

interface PictureFile {
  readonly name: string;
  readonly path: string;
  readonly bytes?: Uint8Array;
}

async function filesIn({ path, bytes }: PictureInput): Promise<readonly PictureFile[]> {
  if (bytes) return [{ name: basename(path), path, bytes }];
  const names = (await readdir(path)).filter((name) => PICTURE.test(name));
  return names.sort(naturally).map((name) => ({ name, path: join(path, name) }));
}

type Decode = (pieces: readonly Uint8Array[]) => ReturnType<DataReader['decode']>;

/** In their order, some at a time. */
async function decodeAll(files: readonly PictureFile[], decode: Decode) {
  const pictures: OwnPicture[] = [];
  const failed: Problem[] = [];
  let waiting: Required<PictureFile>[] = [];
  const flush = async (): Promise<void> => {
    const decoded = await decode(waiting.map(({ bytes }) => bytes));
    waiting.forEach(({ name, path }, i) => {
      const each = decoded[i];
      if (each?.ok === true) pictures.push({ name, pixels: each.pixels });
      else failed.push(...(each?.problems.slice(0, 1) ?? []).map((why) => ({ ...why, path })));
    });
    waiting = [];
  };
  for (const file of files) {
    try {
      const bytes = file.bytes ?? (await readRegularFile(file.path, MAX_PICTURE_BYTES));
      waiting.push({ ...file, bytes });
    } catch (thrown) {
      const error = asInputError(thrown);
      if (!(error instanceof InputError)) throw error;
      failed.push(...error.problems.slice(0, 1).map((why) => ({ ...why, path: file.path })));
    }
    const sizeBytes = waiting.reduce((sum, { bytes }) => sum + bytes.length, 0);
    if (waiting.length >= PIECE_FILES || sizeBytes >= PIECE_BYTES) await flush();
  }
  if (waiting.length > 0) await flush();
  return { pictures, failed };
}

export const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
