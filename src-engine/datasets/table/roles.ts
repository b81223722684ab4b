/** What each column of a table is for, before anything is made of it: by what was asked for, and by guess. */
import type { AttrValues } from '#engine/ir/attrs.ts';
import type { ColumnRole } from '#engine/protocol/tablePreview.ts';
import type { RowFacts, TableTarget } from '../define.ts';
import { namedColumns } from '../recipe/fit.ts';
import { type ColumnFacts, factsOfColumn, guessTarget, whyRowName } from './choice.ts';
import { findColumn, findColumns } from './columns.ts';
import type { TABLE_OPTIONS } from './options.ts';
import type { RawTable, TableColumn } from './rawTable.ts';
import { readRowFacts } from './rowFacts.ts';
import { encodeTarget, encodeTargets, MAX_CLASSES, type Target } from './target.ts';

export type TableOptions = AttrValues<typeof TABLE_OPTIONS>;

export interface Roles {
  readonly target: (Target & Pick<TableTarget, 'name' | 'index' | 'columns' | 'guessed'>) | null;
  /** Columns that may be features, and those that only a step of the recipe asks for. */
  readonly candidates: readonly TableColumn[];
  readonly used: readonly TableColumn[];
  readonly leftOut: readonly { readonly name: string; readonly reason: string }[];
  readonly ignored: readonly string[];
  readonly facts: RowFacts;
  readonly byColumn: ReadonlyMap<number, ColumnRole>;
}

export async function readRoles(raw: RawTable, options: TableOptions): Promise<Roles> {
  const { names } = raw;
  const ignored = new Set(options.ignore.split(',').map((name) => findColumn(raw, name, 'ignore')));
  const { facts, columns: factColumns } = await readRowFacts(raw, options);
  const taken = [...ignored, ...factColumns].filter((index) => index !== null);
  const target = await readTarget(raw, options, new Set(taken));
  const isTarget = (index: number): boolean =>
    index === target?.index || target?.columns?.some((each) => each.index === index) === true;
  const candidates: TableColumn[] = [];
  for (const index of names.keys()) {
    if (isTarget(index) || ignored.has(index) || factColumns.has(index)) continue;
    candidates.push(await raw.column(index, options.maxCategories));
  }
  const { used, leftOut } = splitRowNames(candidates, options, raw.rowCount);
  const roleOf = (index: number): ColumnRole | null => {
    if (isTarget(index)) return 'target';
    if (ignored.has(index)) return 'ignored';
    if (!factColumns.has(index)) return null;
    const roles = ['group', 'part', 'weight'] as const;
    return roles.find((role) => findColumn(raw, options[role], role) === index) ?? null;
  };
  const byColumn = [...names.keys()].flatMap((index): [number, ColumnRole][] => {
    const role = roleOf(index);
    return role === null ? [] : [[index, role]];
  });
  return {
    ...{ target, candidates, used, leftOut, facts, byColumn: new Map(byColumn) },
    ignored: names.filter((_, index) => ignored.has(index) && !isTarget(index)),
  };
}

/** `taken`: columns that are something else. */
async function readTarget(
  raw: RawTable,
  options: TableOptions,
  taken: ReadonlySet<number>,
): Promise<Roles['target']> {
  const { target: asked, targetKind, targetScale } = options;
  const [chosen = null, ...others] = findColumns(raw, asked, 'target');
  if (targetKind === 'none') return null;
  if (chosen !== null && others.length > 0) {
    const columns: TableColumn[] = [];
    for (const index of [chosen, ...others]) columns.push(await raw.column(index, MAX_CLASSES));
    return {
      ...(await encodeTargets(raw, columns, targetKind, targetScale)),
      ...{ index: chosen, name: columns.map(({ name }) => name).join(', ') },
      columns: columns.map(({ name, index }) => ({ name, index })),
    };
  }
  const factsOf = async (place: number): Promise<ColumnFacts> =>
    factsOfColumn(await raw.column(place, MAX_CLASSES), raw.rowCount);
  const guess = chosen === null ? await guessTarget(raw.names, factsOf, taken) : null;
  const index = chosen ?? guess?.index ?? 0;
  const column = await raw.column(index, MAX_CLASSES);
  return {
    ...(await encodeTarget(raw, column, targetKind, targetScale)),
    ...{ index, name: raw.names[index] ?? '' },
    ...(guess && { guessed: guess.why }),
  };
}

/** Columns that name or number the rows teach nothing; where there are no others, they have to do. */
function splitRowNames(
  columns: readonly TableColumn[],
  { rowNames, recipe }: Pick<TableOptions, 'rowNames' | 'recipe'>,
  rowCount: number,
) {
  const leftOut: { readonly name: string; readonly reason: string }[] = [];
  const asked = namedColumns(recipe);
  const reasons = columns.map((column) =>
    rowNames === 'keep' || asked.has(column.name)
      ? null
      : whyRowName(factsOfColumn(column, rowCount)),
  );
  if (reasons.every((reason) => reason !== null)) return { used: columns, leftOut };
  const used = columns.filter((column, i) => {
    const reason = reasons[i] ?? null;
    if (reason !== null) leftOut.push({ name: column.name, reason });
    return reason === null;
  });
  return { used, leftOut };
}
