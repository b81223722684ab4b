/** What a column is used as, as people choose it, and what that means for the options of its source. Pure. */
import type { JsonValue } from '#engine/ir/attrs.ts';
import type { TrainingSettings } from '#engine/ir/document.ts';
import type { SplitKind } from '#engine/ir/trainingSettings.ts';
import { own } from '#engine/ir/record.ts';
import type { ColumnProfile, ProfileRole, TableProfile } from '#engine/protocol/profileContract.ts';
import { ignoredColumns, withIgnored } from '#renderer/inspector/ignoredColumns.ts';

type Options = Readonly<Record<string, JsonValue>>;

export const ROLE_LABELS: Readonly<Record<ProfileRole, string>> = {
  feature: 'Feature',
  target: 'Target',
  ignore: 'Ignore',
  id: 'ID',
  group: 'Group',
  time: 'Time',
  part: 'Split',
  weight: 'Weight',
};

/** Roles that an option of their own names the one column of. */
const NAMED = ['group', 'time', 'part', 'weight'] as const;
type NamedRole = (typeof NAMED)[number];
export const isNamedRole = (role: ProfileRole): role is NamedRole =>
  (NAMED as readonly string[]).includes(role);

export interface RoleChange {
  readonly options: Options;
  readonly split?: Partial<TrainingSettings['split']>;
}

const text = (options: Options, name: string): string => {
  const value = own(options, name);
  return typeof value === 'string' ? value : '';
};

/** Whether an option's word, a name or a number counted from 1, means this column. */
function means(word: string, index: number, names: readonly string[]): boolean {
  return ignoredColumns(word, names).has(index) && word.trim() !== '';
}

/** How an option that takes one column calls it: by its number where another one has its name. */
function nameOf(index: number, names: readonly string[]): string {
  const name = names[index] ?? '';
  return names.indexOf(name) === index && name !== '' ? name : String(index + 1);
}

/** The options that make a column what is wanted, whatever it was before. */
export function withRole(
  { columns, target }: Pick<TableProfile, 'columns' | 'target'>,
  options: Options,
  { index, role: before }: Pick<ColumnProfile, 'index' | 'role'>,
  wanted: ProfileRole,
  splitKind: SplitKind,
): RoleChange {
  const names = columns.map(({ name }) => name);
  const change: Record<string, JsonValue> = {};
  let ignore = withIgnored(text(options, 'ignore'), names, index, wanted === 'ignore');
  for (const role of NAMED) {
    const isIt = means(text(options, role), index, names);
    if (role === wanted) change[role] = nameOf(index, names);
    else if (isIt) change[role] = '';
  }
  const isTarget = before === 'target' || target?.index === index;
  const targets = text(options, 'target');
  // Of several each is one by itself; a name with a comma is one column.
  const areSeveral = !names.includes(targets.trim()) && ignoredColumns(targets, names).size > 1;
  if (areSeveral && wanted !== 'weight') {
    const are = withIgnored(targets, names, index, wanted === 'target');
    if (are !== targets) change['target'] = are;
  } else if (wanted === 'target') change['target'] = nameOf(index, names);
  else if (isTarget && wanted !== 'weight') {
    // Left to the guess it would come back: the next best is named.
    const next = target?.runnersUp.find((each) => each.index !== index);
    change['target'] = next === undefined ? '' : nameOf(next.index, names);
  }
  if (wanted === 'feature' && before === 'id') {
    // One switch lets in all that number the rows: the others are ignored by name.
    change['rowNames'] = 'keep';
    for (const other of columns)
      if (other.role === 'id' && other.index !== index)
        ignore = withIgnored(ignore, names, other.index, true);
  }
  if (ignore !== text(options, 'ignore')) change['ignore'] = ignore;
  return { options: change, ...splitFor(wanted, before, splitKind) };
}

const SPLIT_BY: Readonly<Partial<Record<ProfileRole, SplitKind>>> = {
  group: 'byGroup',
  time: 'byTime',
  part: 'byColumn',
};

/** A group or a time says nothing unless it is split by; without it that split cannot be made. */
function splitFor(
  wanted: ProfileRole,
  before: ProfileRole,
  now: SplitKind,
): Pick<RoleChange, 'split'> {
  const kind = SPLIT_BY[wanted];
  if (kind !== undefined) return kind === now ? {} : { split: { kind } };
  return SPLIT_BY[before] === now ? { split: { kind: 'random' } } : {};
}

/** Columns that a network learns from. */
export const isUsed = ({ role }: Pick<ColumnProfile, 'role'>): boolean =>
  role === 'feature' || role === 'target';
