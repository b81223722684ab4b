/** The profile of pictures: classes by part, what channels hold, and pictures that are there twice. */
import {
  type DataColumn,
  type DataTable,
  findDuplicates,
  type LoadProgress,
  splitRows,
  type Splits,
} from '#engine/datasets/index.ts';
import { DEFAULT_TRAINING } from '#engine/ir/trainingSettings.ts';
import type {
  ChannelFacts,
  Finding,
  PartName,
  PictureProfile,
  ProfileRequest,
} from '#engine/protocol/index.ts';

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
  const column = table.columns.find(
    ({ field, stored }) =>
      field.role === 'input' && field.shape.length === 3 && stored instanceof Uint8Array,
  );
  if (!column || !(column.stored instanceof Uint8Array)) return null;
  const [channels = 1, height = 1, width = 1] = column.field.shape;
  const splits = splitRows(table, split, seed);
  const partOf = partsOf(splits, table.count);
  const label = table.columns.find(
    ({ field }) => field.role === 'label' && field.shape.length === 0,
  );
  const classes = classesOf(label, table.count, partOf);
  const nameOf = (row: number): string => classes[label ? (label.stored[row] ?? 0) : 0]?.name ?? '';
  const part = (row: number): PartName => PARTS[partOf[row] ?? 0] ?? 'train';
  const found = await findDuplicates(column, table.testStart, onProgress);
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
  const size = channels * height * width;
  const { stored } = column;
  return {
    kind: 'pictures',
    file: [
      { label: 'Pictures', text: String(table.count) },
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
    channels: channelsOf(stored, channels, height * width, splits.train),
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
    pictures: [...rows].map((row) => ({ row, pixels: stored.slice(row * size, (row + 1) * size) })),
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

/** Of training pictures spread over all. */
function channelsOf(
  stored: Uint8Array,
  channels: number,
  area: number,
  train: Int32Array,
): readonly ChannelFacts[] {
  const measured = Math.min(MOST_MEASURED, train.length);
  return Array.from({ length: channels }, (_, channel) => {
    const counts = new Float64Array(WHITE + 1);
    for (let i = 0; i < measured; i++) {
      const row = train[Math.floor((i * train.length) / measured)] ?? 0;
      const from = (row * channels + channel) * area;
      for (let at = from; at < from + area; at++) {
        const level = stored[at] ?? 0;
        counts[level] = (counts[level] ?? 0) + 1;
      }
    }
    const total = Math.max(1, measured * area);
    const mean = counts.reduce((sum, count, level) => sum + count * level, 0) / total;
    const variance =
      counts.reduce((sum, count, level) => sum + count * (level - mean) ** 2, 0) / total;
    const histogram = Array<number>(BINS).fill(0);
    counts.forEach((count, level) => {
      const bin = Math.floor((level * BINS) / (WHITE + 1));
      histogram[bin] = (histogram[bin] ?? 0) + count;
    });
    return {
      ...{ mean: mean / WHITE, standardDeviation: Math.sqrt(variance) / WHITE, histogram },
      min:
        Math.max(
          0,
          counts.findIndex((count) => count > 0),
        ) / WHITE,
      max:
        Math.max(
          0,
          counts.findLastIndex((count) => count > 0),
        ) / WHITE,
    };
  });
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
            message: `${between} pictures have a near copy in another part.`,
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
            message: `Classes have from ${least} to ${most} pictures.`,
            consequence: `Who always says ${classes[sizes.indexOf(most)]?.name ?? ''} is right in ${most} of ${sizes.reduce((a, b) => a + b, 0)}.`,
          },
        ]
      : []),
  ];
}
