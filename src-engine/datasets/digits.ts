/**
 * Handwritten digits, made up: pen strokes in the forms that people write, varied as hands vary, drawn as
 * MNIST draws them. A stand-in for MNIST that needs no download; what is learned on it carries over.
 */
import { defineDataset } from './define.ts';
import { writeDigit } from './digits/handwriting.ts';
import { Pen, SIDE } from './digits/pen.ts';
import { Path } from './digits/strokes.ts';
import { countOption, seedOption } from './shared/options.ts';
import { dataRandom, shuffled } from './shared/random.ts';
import { dataTable, imageField, labelField } from './shared/table.ts';

const CLASSES = 10;
const FIELDS = [imageField(1, SIDE, SIDE), labelField([...'0123456789'])] as const;
/** More than any form's points times the pieces between them. */
const PATH_CAPACITY = 512;
/** Digits between reports of progress, some tens of milliseconds. */
const REPORT_EVERY = 500;

export default defineDataset({
  id: 'digits',
  label: 'Digits (generated)',
  doc: 'Handwritten digits drawn by a generator, 28×28 grey as in MNIST. Needs no download; a network trained on them reads most real digits.',
  group: 'Images',
  options: { count: countOption(12_000, 200_000), seed: seedOption },
  fields: () => FIELDS,
  async load({ options: { count, seed }, onProgress }) {
    const images = new Uint8Array(count * SIDE * SIDE);
    const labels = new Int32Array(count);
    const pen = new Pen();
    const path = new Path(PATH_CAPACITY);
    let order: Int32Array = new Int32Array();
    for (let row = 0; row < count; row++) {
      // Every ten rows hold each digit once; a row does not depend on how many there are.
      const turn = row % CLASSES;
      if (turn === 0) order = shuffled(CLASSES, dataRandom(seed, 'digitLabels', row / CLASSES));
      const label = order[turn] ?? 0;
      const random = dataRandom(seed, 'digit', row);
      writeDigit(label, random, path);
      pen.draw(path, random, images, row * SIDE * SIDE);
      labels[row] = label;
      if (row % REPORT_EVERY === REPORT_EVERY - 1) await onProgress?.(row + 1, count);
    }
    return dataTable([
      { field: FIELDS[0], stored: images },
      { field: FIELDS[1], stored: labels },
    ]);
  },
});
