/** The profile of pictures: classes by part, what channels hold, and pictures that are there twice. */
import {
  type DataColumn,
  type DataTable,
  type Duplicates,
  findDuplicatesIn,
  type LoadProgress,
  LOOKED_BYTES,
  partsOf as readParts,
  type RowSource,
  splitsOf,
  type Splits,
} from '#engine/datasets/index.ts';
import { residentBytes } from '../spill/resident.ts';
import { DEFAULT_TRAINING } from '#engine/ir/trainingSettings.ts';
import type {
  ChannelFacts,
  Finding,
  PartName,
  PictureProfile,
  ProfileRequest,
} from '#engine/protocol/index.ts';
import { formatInteger } from '#engine/ir/numberText.ts';

const MOST_SAMPLES = 7;
const MOST_PAIRS = 50;
const MOST_CLASSES = 1000;
/** Of them channels are measured: what is known of the mean then is known to a thousandth. */
const MOST_MEASURED = 10_000;
const BINS = 64;
const WHITE = 255;
const PARTS = ['train', 'validation', 'test'] as const satisfies readonly PartName[];

/** Null where samples are no pictures, u8 `[C, H, W]`. */
export async function profilePictures(
  table: DataTable,
  {
    split = DEFAULT_TRAINING.split,
    seed = DEFAULT_TRAINING.seed,
  }: Pick<ProfileRequest, 'split' | 'seed'>,
  onProgress?: LoadProgress,
): Promise<PictureProfile | null> {
  const source = picturesOf(table);
  if (!source) return null;
  const [channels = 1, height = 1, width = 1] = source.field.shape;
  const splits = splitsOf(table, split, seed);
  const partOf = partsOf(splits, table.count);
  const label = table.columns.find(
    ({ field }) => field.role === 'label' && field.shape.length === 0,
  );
  const classes = classesOf(label, table.count, partOf);
  const nameOf = (row: number): string => classes[label ? (label.stored[row] ?? 0) : 0]?.name ?? '';
  const part = (row: number): PartName => PARTS[partOf[row] ?? 0] ?? 'train';
  const found =
    table.streamed && table.count * LOOKED_BYTES > residentBytes() / 2
      ? NOT_LOOKED
      : await findDuplicatesIn(source, table.testStart, onProgress);
  const isBetween = ({ rows: [a, b] }: { readonly rows: readonly [number, number] }): boolean =>
    partOf[a] !== partOf[b] && (partOf[a] ?? NO_PART) < NO_PART && (partOf[b] ?? NO_PART) < NO_PART;
  const between = found.pairs.filter(isBetween);
  const shown = [...between, ...found.pairs.filter((pair) => !isBetween(pair))].slice(
    0,
    MOST_PAIRS,
  );
  const rows = new Set([
    ...classes.flatMap(({ samples }) => samples),
    ...shown.flatMap(({ rows: pair }) => pair),
  ]);
  const pictures: PictureProfile['pictures'][number][] = [];
  for (const row of rows) {
    pictures.push({ row, pixels: Uint8Array.from(await source.read(row, 1)) });
  }
  return {
    kind: 'pictures',
    file: [
      { label: 'Pictures', text: formatInteger(table.count) },
      { label: 'Size', text: `${channels}×${height}×${width}` },
      { label: 'Classes', text: label ? String(classes.length) : 'none' },
      ...(table.testStart === undefined
        ? []
        : [{ label: 'Own test part', text: String(table.count - table.testStart) }]),
      ...(table.notes ?? []).map((text) => ({ label: 'Note', text })),
    ],
    count: table.count,
    shape: [channels, height, width],
    classes,
    channels: await channelsOf(source, measuredRows(table, splits.train), onProgress),
    channelsOf: Math.min(MOST_MEASURED, splits.train.length),
    duplicates: shown.map(({ rows: [a, b], similarity }) => ({
      ...{ similarity, rows: [a, b], parts: [part(a), part(b)], classes: [nameOf(a), nameOf(b)] },
    })),
    duplicateCount: found.pairs.length,
    duplicatesBetweenParts: between.length,
    findings: findingsOf(
      classes,
      between.length,
      found.pairs.map(({ rows: [a, b] }) => nameOf(a) !== nameOf(b)),
      label,
    ),
    pictures,
  };
}

const NOT_LOOKED: Duplicates = { pairs: [], testRows: [], isComplete: false };

/** Null where samples are no pictures of bytes. */
function picturesOf({ count, columns, streamed }: DataTable): RowSource | null {
  const isPicture = ({ role, shape }: DataColumn['field']): boolean =>
    role === 'input' && shape.length === 3;
  const held = columns.find(
    ({ field, stored }) => isPicture(field) && stored instanceof Uint8Array,
  );
  if (held) {
    const { field, stored } = held;
    const size = field.shape.reduce((product, each) => product * each, 1);
    const read: RowSource['read'] = (first, rows) =>
      Promise.resolve(stored.subarray(first * size, (first + rows) * size));
    return { field, dtype: 'u8', count, read };
  }
  const column = streamed?.columns.find(({ field, dtype }) => isPicture(field) && dtype === 'u8');
  if (!streamed || !column) return null;
  const { field } = column;
  return {
    ...{ field, dtype: 'u8', count },
    read: (first, rows) => streamed.read(field.name, first, rows),
  };
}

const NO_PART = 3;

function partsOf(splits: Splits, count: number): Uint8Array {
  const parts = new Uint8Array(count).fill(NO_PART);
  PARTS.forEach((name, part) => {
    for (const row of splits[name]) parts[row] = part;
  });
  return parts;
}

function classesOf(
  label: DataColumn | undefined,
  count: number,
  partOf: Uint8Array,
): PictureProfile['classes'] {
  const { stored, field } = label ?? {};
  const most =
    field?.classes ??
    (stored ? Float64Array.from(stored).reduce((a, b) => Math.max(a, b + 1), 0) : 1);
  const found = Array.from({ length: Math.min(MOST_CLASSES, most) }, (_, i) => ({
    name: label ? (field?.classNames?.[i] ?? String(i)) : '',
    parts: { train: 0, validation: 0, test: 0 },
    samples: [] as number[],
  }));
  for (let row = 0; row < count; row++) {
    const each = found[stored?.[row] ?? 0];
    const part = PARTS[partOf[row] ?? NO_PART];
    if (!each || !part) continue;
    each.parts[part] += 1;
    if (each.samples.length < MOST_SAMPLES) each.samples.push(row);
  }
  return found;
}

/** Those whose channels are measured: spread over all, but of what is streamed the first, which are in no order. */
function measuredRows({ streamed }: DataTable, train: Int32Array): Int32Array {
  const count = Math.min(MOST_MEASURED, train.length);
  if (streamed) return train.subarray(0, count);
  return Int32Array.from(
    { length: count },
    (_, i) => train[Math.floor((i * train.length) / count)] ?? 0,
  );
}

async function channelsOf(
  source: RowSource,
  rows: Int32Array,
  onProgress?: LoadProgress,
): Promise<readonly ChannelFacts[]> {
  const [channels = 1, height = 1, width = 1] = source.field.shape;
  const area = height * width;
  const levels = WHITE + 1;
  const all = new Float64Array(channels * levels);
  const isInTurn = rows.every((row, i) => row === i);
  // Side by side they are read some at a time.
  const pieces = isInTurn ? readParts({ ...source, count: rows.length }) : eachOf(source, rows);
  for await (const { stored, first } of pieces) {
    for (let at = 0; at < stored.length; at++) {
      const level = (Math.floor(at / area) % channels) * levels + (stored[at] ?? 0);
      all[level] = (all[level] ?? 0) + 1;
    }
    await onProgress?.(first, rows.length);
  }
  return Array.from({ length: channels }, (_, channel) => {
    const counts = all.subarray(channel * levels, (channel + 1) * levels);
    const total = Math.max(1, rows.length * area);
    const mean = counts.reduce((sum, count, level) => sum + count * level, 0) / total;
    const variance =
      counts.reduce((sum, count, level) => sum + count * (level - mean) ** 2, 0) / total;
    const histogram = Array<number>(BINS).fill(0);
    counts.forEach((count, level) => {
      const bin = Math.floor((level * BINS) / levels);
      histogram[bin] = (histogram[bin] ?? 0) + count;
    });
    const lowest = counts.findIndex((count) => count > 0);
    const highest = counts.findLastIndex((count) => count > 0);
    return {
      ...{ mean: mean / WHITE, standardDeviation: Math.sqrt(variance) / WHITE, histogram },
      ...{ min: Math.max(0, lowest) / WHITE, max: Math.max(0, highest) / WHITE },
    };
  });
}

async function* eachOf({ read }: RowSource, rows: Int32Array) {
  for (const [first, row] of rows.entries()) yield { stored: await read(row, 1), first };
}

const RARE = 10;

function findingsOf(
  classes: PictureProfile['classes'],
  between: number,
  differ: readonly boolean[],
  label: DataColumn | undefined,
): readonly Finding[] {
  const sizes = classes.map(({ parts }) => parts.train + parts.validation + parts.test);
  const [least, most] = [Math.min(...sizes), Math.max(...sizes)];
  const otherwise = label ? differ.filter(Boolean).length : 0;
  const fixes: Finding['fixes'] = [
    { label: 'Split stratified', options: {}, split: { kind: 'stratified' } },
  ];
  return [
    ...(between > 0
      ? [
          {
            ...({
              code: 'profile.duplicate-pictures',
              severity: 'warning',
              columns: [],
              fixes: [],
            } as const),
            message: `${formatInteger(between)} pictures have a near copy in another part.`,
            consequence: 'What is held out is known from training: results are too good.',
          },
        ]
      : []),
    ...(otherwise > 0
      ? [
          {
            ...({
              code: 'profile.labels-differ',
              severity: 'warning',
              columns: [],
              fixes: [],
            } as const),
            message: `${otherwise} pairs of nearly the same picture have different classes.`,
            consequence: 'One of the two labels is wrong, or the classes overlap.',
          },
        ]
      : []),
    ...(label && classes.length > 1 && most >= RARE * Math.max(1, least)
      ? [
          {
            ...({ code: 'profile.imbalance', severity: 'warning', columns: [], fixes } as const),
            message: `Classes have from ${formatInteger(least)} to ${formatInteger(most)} pictures.`,
            consequence: `Who always says ${classes[sizes.indexOf(most)]?.name ?? ''} is right in ${formatInteger(most)} of ${formatInteger(sizes.reduce((a, b) => a + b, 0))}.`,
          },
        ]
      : []),
  ];
}
