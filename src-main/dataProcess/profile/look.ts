/** What findings look at: columns with what they are used as, the target, the parts of the rows. */
import type { AttrValues } from '#engine/ir/attrs.ts';
import type { TABLE_OPTIONS } from '#engine/datasets/index.ts';
import type { Finding, FindingFix, ProfileRole } from '#engine/protocol/index.ts';
import type { SplitSettings } from '#engine/ir/batches.ts';
import type { ReadColumn, ReadTable } from './readTable.ts';
import type { Codes } from './relation.ts';
import { formatInteger } from '#engine/ir/numberText.ts';

export type TableOptions = AttrValues<typeof TABLE_OPTIONS>;

export interface LookedColumn extends ReadColumn {
  readonly role: ProfileRole;
  readonly roleWhy?: string;
  /** Left out by nobody's wish. */
  readonly isLeftOut: boolean;
}

export interface LookedTarget {
  readonly column: LookedColumn;
  /** A class for each row looked at, -1 where it is missing; null where numbers are predicted. */
  readonly labels: Int32Array | null;
  /** Of classes. */
  readonly classes: readonly string[];
  /** Labels, or numbers in bins. */
  readonly binned: Codes;
  /** Nobody named it. */
  readonly guessed: string | null;
  readonly runnersUp: readonly {
    readonly index: number;
    readonly name: string;
    readonly why: string;
  }[];
}

export interface LookedTable extends ReadTable {
  readonly columns: readonly LookedColumn[];
  readonly target: LookedTarget | null;
  readonly options: TableOptions;
  readonly split: SplitSettings;
  /** Of each row looked at: 0 trains, 1 validates, 2 tests, else in none; null where that cannot be told. */
  readonly parts: Uint8Array | null;
  /** Rows, of all, that say what an earlier one does, row numbers and ids aside; null: not counted. */
  readonly duplicates: number | null;
}

export const isFeature = ({ role }: LookedColumn): boolean => role === 'feature' || role === 'time';

/** `86 of 268 rows`; of a table that was looked at in part, that is said. */
export const ofRows = (count: number, rows: number, { looked, rowCount }: ReadTable): string =>
  `${formatInteger(count)} of ${formatInteger(rows)} ${looked < rowCount ? 'looked-at ' : ''}rows`;

export const percent = (share: number): string =>
  `${share > 0 && share < 0.01 ? (100 * share).toPrecision(1) : Math.round(100 * share)} %`;

/** Numbers as people read them. */
export const shown = (value: number): string =>
  Number.isInteger(value) && Math.abs(value) < 1e9
    ? String(value)
    : String(Number(value.toPrecision(4)));

/** Leaves columns out, beside those that are. */
export function ignoring(table: LookedTable, columns: readonly LookedColumn[]): FindingFix {
  const before = table.options.ignore.split(',').filter((name) => name.trim() !== '');
  const names = columns.map((column) => optionName(table, column));
  return {
    label: `Ignore ${columns.map(({ name }) => name).join(', ')}`,
    options: { ignore: [...before, ...names].join(', ') },
  };
}

/** A column as an option names it: by its number where its name would be read as another, or as several. */
export function optionName(
  { columns }: Pick<LookedTable, 'columns'>,
  { name, index }: ReadColumn,
): string {
  const isPlain = name.trim() === name && name !== '' && !name.includes(',') && !/^\d+$/.test(name);
  const isFirst =
    columns.findIndex((each) => each.name.toLowerCase() === name.toLowerCase()) === index;
  return isPlain && isFirst ? name : String(index + 1);
}

/** One more step at the end of the recipe there is. */
export const stepFix = (
  { options }: LookedTable,
  label: string,
  step: Readonly<Record<string, string | number | boolean | readonly string[]>>,
): FindingFix => ({
  label,
  options: { recipe: [...options.recipe, step] },
});

export type FoundFinding = Omit<Finding, 'code'>;

export interface FindingKind {
  /** `leak` of `profile.leak`; its file is named so. */
  readonly name: string;
  look(table: LookedTable): readonly FoundFinding[];
}
export const defineFinding = (kind: FindingKind): FindingKind => kind;
