/** What profiles of samples share: which part each is in, classes by part, and what is said of both. */
import { type DataTable, type LoadProgress, splitsOf } from '#engine/datasets/index.ts';
import { InputError } from '#engine/ir/index.ts';
import { DEFAULT_TRAINING } from '#engine/ir/trainingSettings.ts';
import type {
  ClassCounts,
  DataProfile,
  FileFact,
  Finding,
  PartCounts,
  PartName,
  ProfileRequest,
} from '#engine/protocol/index.ts';
import { formatInteger } from '#engine/ir/numberText.ts';

export type Asked = Pick<ProfileRequest, 'source' | 'options' | 'split' | 'seed'>;

/** One kind of profile of samples that are loaded; its file in `kinds` is named like it. */
export interface LoadedKind {
  readonly name: DataProfile['kind'];
  /** Smaller is asked first: what would do for anything comes last. */
  readonly rank: number;
  /** Looks at streamed samples itself; others are given some of them, held. */
  readonly readsStreamed?: true;
  /** Null where samples are of another kind. `onProgress` is waited for by what takes a while. */
  make(
    table: DataTable,
    asked: Asked,
    onProgress?: LoadProgress,
  ): DataProfile | null | Promise<DataProfile | null>;
}
export const defineLoadedKind = (kind: LoadedKind): LoadedKind => kind;

const PARTS = ['train', 'validation', 'test'] as const satisfies readonly PartName[];
const MOST_CLASSES = 1000;

export interface Parts {
  readonly of: (row: number) => PartName | null;
  readonly counts: PartCounts;
  readonly train: Int32Array;
}

/** As training parts them; where the split lacks something all rows train, and the form says what it lacks. */
export function partsOf(
  table: DataTable,
  { split = DEFAULT_TRAINING.split, seed = DEFAULT_TRAINING.seed }: Asked,
): Parts {
  const splits = splitsOrAll(table, split, seed);
  const parts = new Uint8Array(table.count).fill(PARTS.length);
  PARTS.forEach((name, part) => {
    for (const row of splits[name]) parts[row] = part;
  });
  return {
    of: (row) => PARTS[parts[row] ?? PARTS.length] ?? null,
    counts: {
      train: splits.train.length,
      validation: splits.validation.length,
      test: splits.test.length,
    },
    train: splits.train,
  };
}

function splitsOrAll(table: DataTable, split: NonNullable<Asked['split']>, seed: number) {
  try {
    return splitsOf(table, split, seed);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const none = new Int32Array(0);
    return {
      train: Int32Array.from({ length: table.count }, (_, i) => i),
      validation: none,
      test: none,
    };
  }
}

/** Of one class for each sample; none where numbers are wanted, or a class of each step. */
export function classCounts(table: DataTable, parts: Parts): readonly ClassCounts[] {
  const label = labelOf(table);
  if (!label) return [];
  const { stored, field } = label;
  const counts = new Map<number, { train: number; validation: number; test: number }>();
  for (let row = 0; row < table.count; row++) {
    const part = parts.of(row);
    const place = stored[row] ?? 0;
    const found = counts.get(place) ?? { train: 0, validation: 0, test: 0 };
    if (part) found[part] += 1;
    counts.set(place, found);
  }
  const classes = Math.min(MOST_CLASSES, field.classes ?? Math.max(...counts.keys()) + 1);
  return Array.from({ length: classes }, (_, i) => ({
    name: field.classNames?.[i] ?? String(i),
    parts: counts.get(i) ?? { train: 0, validation: 0, test: 0 },
  }));
}

export const labelOf = ({ columns }: DataTable) =>
  columns.find(({ field }) => field.role === 'label' && field.shape.length === 0);

export const noteFacts = ({ notes = [] }: DataTable): readonly FileFact[] =>
  notes.map((text) => ({ label: 'Note', text }));

const RARE = 10;

/** Classes of which one is rare. */
export function imbalanceOf(
  classes: readonly ClassCounts[],
  noun: string,
  { split }: Asked,
): readonly Finding[] {
  const sizes = classes.map(({ parts }) => parts.train + parts.validation + parts.test);
  const [least, most] = [Math.min(...sizes), Math.max(...sizes)];
  if (classes.length < 2 || most < RARE * Math.max(1, least)) return [];
  const total = sizes.reduce((a, b) => a + b, 0);
  const isRandom = split?.kind === undefined || split.kind === 'random';
  return [
    {
      ...{ code: 'profile.imbalance', severity: 'warning', columns: [] },
      message: `Classes have from ${least} to ${most} ${noun}.`,
      consequence: `Who always says ${classes[sizes.indexOf(most)]?.name ?? ''} is right in ${formatInteger(most)} of ${formatInteger(total)}.`,
      fixes: isRandom
        ? [{ label: 'Split stratified', options: {}, split: { kind: 'stratified' } }]
        : [],
    },
  ];
}
