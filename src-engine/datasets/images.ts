/**
 * Pictures in folders: a folder for each class, one folder with a table of labels, or just pictures. Decoding is the
 * host's; here it is decided what is read, how large it becomes and what is left out.
 */
import { inputError } from '../ir/problem.ts';
import { type DataColumn, defineDataset } from './define.ts';
import { decodeAll, pictureBytes, spillAll } from './images/decodeAll.ts';
import {
  duplicateNotes,
  findDuplicates,
  findDuplicatesIn,
  LOOKED_BYTES,
} from './images/duplicates.ts';
import type { Reading } from './images/eachPicture.ts';
import type { FoundPicture } from './images/found.ts';
import type { LabelOptions } from './images/labels.ts';
import { findPictures, type FoundPictures } from './images/layout.ts';
import { MAX_AUTOMATIC, targetOf, type TargetOptions } from './images/target.ts';
import { Skipped } from './images/skipped.ts';
import { type RowSource, streamRows } from './shared/streamRows.ts';
import { dataTable, imageField, labelField } from './shared/table.ts';

export default defineDataset({
  id: 'images',
  label: 'Folder of pictures',
  doc: 'PNG, JPEG, WebP, TIFF and GIF: a folder for each class, in train and test where there are both; or one folder with a CSV of file names and labels; or pictures without labels. Turned as their EXIF orientation says, transparent parts over white.',
  group: 'Files',
  path: 'folder',
  holds: /\.(png|jpe?g|webp|tiff?|gif)$/i,
  options: {
    channels: {
      kind: 'choice',
      default: 'auto',
      options: ['auto', 'grey', 'colour'],
      optionLabels: { auto: 'Automatic', grey: 'Grey (1)', colour: 'Red, green, blue (3)' },
      help: 'Automatic: grey where all pictures are, else colours.',
    },
    height: {
      ...{ kind: 'int', default: 0, min: 0, max: 1024, zero: 'Automatic', unit: 'pixels' },
      help: 'Of every picture. Automatic: the size that all have, if it is at most 256, else 64×64.',
    },
    width: {
      ...{ kind: 'int', default: 0, min: 0, max: 1024, zero: 'As the height', unit: 'pixels' },
      help: 'Of every picture. 0: as the height.',
    },
    fit: {
      kind: 'choice',
      default: 'crop',
      options: ['crop', 'pad', 'stretch'],
      optionLabels: { crop: 'Crop to the centre', pad: 'Pad with black', stretch: 'Stretch' },
      help: 'How pictures of another shape become that size.',
    },
    limit: {
      ...{ kind: 'int', default: 0, min: 0, max: 10_000_000, zero: 'All', label: 'At most' },
      unit: 'pictures',
      help: 'Of each split so many pictures, evenly spread over its files. 0: all.',
    },
    labels: {
      ...{ kind: 'text', default: '', label: 'File of labels', advanced: true },
      file: 'within',
      help: 'A CSV or TSV in the folder with a column of file names and one of labels. Empty: the only one in a folder without sub-folders.',
    },
    fileColumn: {
      ...{ kind: 'text', default: '', advanced: true },
      help: 'Its column of file names. Empty: recognised by its name, else the first.',
    },
    labelColumn: {
      ...{ kind: 'text', default: '', advanced: true },
      help: 'Its column of labels. Empty: recognised by its name, else the second.',
    },
  },
  async sampleBytes({ options, path, files, abilities: { pictures }, onProgress }) {
    if (!pictures) return 0;
    const folder = folderOf(path);
    const told = onProgress && { onProgress };
    const reading = { files, pictures, folder, skipped: new Skipped(), ...told };
    const chosen = await choose(options, reading);
    const most = chosen.all.length * mostBytes(options);
    // Headers are read only where it matters how large pictures are.
    if (most <= FEW_BYTES) return most;
    const { target } = await targetOf(chosen.all, options, reading);
    return chosen.all.length * pictureBytes(target);
  },
  async load({ options, path = '', files, abilities, fitting, onProgress }) {
    const { pictures, spill } = abilities;
    if (!pictures) {
      throw inputError('images.no-decoder', 'Pictures cannot be read here.', { path });
    }
    const folder = folderOf(path);
    const skipped = new Skipped();
    const reading = { files, pictures, folder, skipped, ...(onProgress && { onProgress }) };
    const { all, trained, found } = await choose(options, reading);
    const { target, note } = await targetOf(all, options, reading);
    const field = imageField(target.channels, target.height, target.width);
    const factsOf = (rows: readonly number[]) => {
      const testStart = rows.filter((row) => row < trained).length;
      refuseNone(rows.length, testStart, folder, skipped);
      const labels = Int32Array.from(rows.map((row) => all[row]?.label ?? 0));
      return {
        labels: found.classes ? [{ field: labelField(found.classes), stored: labels }] : [],
        ownTest: testStart < rows.length ? testStart : undefined,
      };
    };
    const notesOf = (looked: readonly string[]): readonly string[] =>
      [found.notes, [note], skipped.sentences(), looked].flat();
    const sizeBytes = all.length * pictureBytes(target);
    if (!spill || !fitting || sizeBytes <= spill.residentBytes) {
      const { rows, stored } = await decodeAll(all, target, reading);
      const { labels, ownTest } = factsOf(rows);
      const image: DataColumn = { field, stored };
      const duplicates = await findDuplicates(image, ownTest, onProgress);
      return dataTable([image, ...labels], {
        ...(ownTest !== undefined && { testStart: ownTest }),
        notes: notesOf(duplicateNotes(duplicates)),
      });
    }
    const { rows, written } = await spillAll(all, target, reading, spill);
    try {
      const { labels, ownTest } = factsOf(rows);
      const read = async (first: number, count: number): Promise<Uint8Array> => {
        const stored = new Uint8Array(count * pictureBytes(target));
        await written.readInto(first, stored);
        return stored;
      };
      const source: RowSource = { field, dtype: 'u8', count: rows.length, read };
      // What looking keeps is held beside what is being written.
      const isLooked = rows.length * LOOKED_BYTES <= spill.residentBytes / 2;
      const looked = isLooked
        ? duplicateNotes(await findDuplicatesIn(source, ownTest, onProgress))
        : ['Pictures that are nearly the same were not looked for: there are too many.'];
      const { table } = await streamRows({
        ...{ source, held: labels, fitting, spill, notes: notesOf(looked) },
        ...(ownTest !== undefined && { testStart: ownTest }),
        ...(onProgress && { onProgress }),
      });
      return table;
    } finally {
      await written.close();
    }
  },
});

const folderOf = (path: string): string => path.replace(/(?<=.)[/\\]+$/, '');

/** So much is held anywhere. */
const FEW_BYTES = 64 * 2 ** 20;

function mostBytes({ height, width }: Pick<TargetOptions, 'height' | 'width'>): number {
  const [high, wide] = [height || width || MAX_AUTOMATIC, width || height || MAX_AUTOMATIC];
  return 3 * high * wide;
}

interface Chosen {
  /** Those that train come first, `trained` of them. */
  readonly all: readonly FoundPicture[];
  readonly trained: number;
  readonly found: FoundPictures;
}

async function choose(
  options: LabelOptions & { readonly limit: number },
  { files, folder, skipped }: Pick<Reading, 'files' | 'folder' | 'skipped'>,
): Promise<Chosen> {
  const found = await findPictures(files, folder, options, skipped);
  const train = spread(found.train, options.limit);
  return { all: [...train, ...spread(found.test, options.limit)], trained: train.length, found };
}

function refuseNone(rows: number, trained: number, path: string, skipped: Skipped): void {
  if (rows === 0) {
    throw inputError('images.none', 'No picture in this folder can be read.', {
      path,
      explanation: skipped.sentences().join(' ') || 'There is none.',
    });
  }
  if (trained > 0) return;
  throw inputError('images.none', 'No picture to train on can be read.', {
    path,
    explanation: skipped.sentences().join(' '),
  });
}

/** At most so many of them, from the first to the last: files are sorted by class. */
function spread(pictures: readonly FoundPicture[], limit: number): readonly FoundPicture[] {
  if (limit === 0 || pictures.length <= limit) return pictures;
  const stride = pictures.length / limit;
  return Array.from({ length: limit }, (_, i) => pictures[Math.floor(i * stride)]).filter(
    (picture) => picture !== undefined,
  );
}
