/**
 * Pictures in folders: a folder for each class, one folder with a table of labels, or just pictures. Decoding is the
 * host's; here it is decided what is read, how large it becomes and what is left out.
 */
import { inputError } from '../ir/problem.ts';
import { type DataColumn, defineDataset } from './define.ts';
import { decodeAll } from './images/decodeAll.ts';
import { duplicateNotes, findDuplicates } from './images/duplicates.ts';
import type { FoundPicture } from './images/found.ts';
import { findPictures } from './images/layout.ts';
import { targetOf } from './images/target.ts';
import { Skipped } from './images/skipped.ts';
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
  async load({ options, path = '', files, abilities: { pictures }, onProgress }) {
    if (!pictures) {
      throw inputError('images.no-decoder', 'Pictures cannot be read here.', { path });
    }
    const folder = path.replace(/(?<=.)[/\\]+$/, '');
    const skipped = new Skipped();
    const found = await findPictures(files, folder, options, skipped);
    const chosen = {
      train: spread(found.train, options.limit),
      test: spread(found.test, options.limit),
    };
    const reading = { files, pictures, folder, skipped, ...(onProgress && { onProgress }) };
    const { target, note } = await targetOf([...chosen.train, ...chosen.test], options, reading);
    const { rows, stored } = await decodeAll([...chosen.train, ...chosen.test], target, reading);
    if (rows.length === 0) {
      throw inputError('images.none', 'No picture in this folder can be read.', {
        path: folder,
        explanation: skipped.sentences().join(' ') || 'There is none.',
      });
    }
    const testStart = rows.filter((row) => row < chosen.train.length).length;
    if (testStart === 0) {
      throw inputError('images.none', 'No picture to train on can be read.', {
        path: folder,
        explanation: skipped.sentences().join(' '),
      });
    }
    const all = [...chosen.train, ...chosen.test];
    const field = imageField(target.channels, target.height, target.width);
    const image: DataColumn = { field, stored };
    const ownTest = testStart < rows.length ? testStart : undefined;
    const duplicates = await findDuplicates(image, ownTest, onProgress);
    const columns: [DataColumn, ...DataColumn[]] = [image];
    if (found.classes) {
      const labels = rows.map((row) => all[row]?.label ?? 0);
      columns.push({ field: labelField(found.classes), stored: Int32Array.from(labels) });
    }
    return dataTable(columns, {
      ...(ownTest !== undefined && { testStart: ownTest }),
      notes: [...found.notes, note, ...skipped.sentences(), ...duplicateNotes(duplicates)],
    });
  },
});

/** At most so many of them, from the first to the last: files are sorted by class. */
function spread(pictures: readonly FoundPicture[], limit: number): readonly FoundPicture[] {
  if (limit === 0 || pictures.length <= limit) return pictures;
  const stride = pictures.length / limit;
  return Array.from({ length: limit }, (_, i) => pictures[Math.floor(i * stride)]).filter(
    (picture) => picture !== undefined,
  );
}
