/** What each column of a table is used as, by options or by guess: as a reader of tables decides it. */
import {
  areClasses,
  type ColumnFacts,
  findColumn,
  findColumns,
  MAX_CLASSES,
  namedColumns,
  possibleTargets,
  whyIgnored,
  whyRowName,
} from '#engine/datasets/index.ts';
import { byNumberOrWord } from '#engine/datasets/index.ts';
import { own } from '#engine/ir/record.ts';
import type { LookedColumn, LookedTarget, TableOptions } from './look.ts';
import type { ReadColumn, ReadTable } from './readTable.ts';
import { binnedNumbers } from './relation.ts';

const MOST_RUNNERS_UP = 4;

export interface FoundRoles {
  readonly columns: readonly LookedColumn[];
  readonly target: LookedTarget | null;
}

export async function rolesOf(
  table: ReadTable,
  path: string,
  options: TableOptions,
): Promise<FoundRoles> {
  const raw = { names: table.columns.map(({ name }) => name), path };
  const named = (option: 'target' | 'group' | 'time' | 'part' | 'weight'): number | null => {
    const text = own<unknown>(options, option);
    return typeof text === 'string' ? findColumn(raw, text, option) : null;
  };
  const ignored = new Set(options.ignore.split(',').map((name) => findColumn(raw, name, 'ignore')));
  const facts = { group: named('group'), part: named('part'), weight: named('weight') };
  const taken = new Set([...ignored, ...Object.values(facts)].filter((index) => index !== null));
  const [asked = null, ...others] = findColumns(raw, options.target, 'target');
  const possible: { index: number; name: string; why: string }[] = [];
  const factsAt = (index: number): Promise<ColumnFacts> =>
    Promise.resolve(factsOf(table, table.columns[index]));
  const most = MOST_RUNNERS_UP + 1;
  for await (const guess of possibleTargets(raw.names, factsAt, taken)) {
    if (possible.length === most) break;
    possible.push({ ...guess, name: raw.names[guess.index] ?? '' });
  }
  const last = raw.names.length - 1;
  const chosen = asked ?? possible[0]?.index ?? last;
  const index = options.targetKind === 'none' ? null : chosen;
  const time = named('time');
  const used = namedColumns(options.recipe);
  const before = table.columns.map((column): LookedColumn => {
    const by = (role: LookedColumn['role'], roleWhy?: string, isLeftOut = false): LookedColumn => ({
      ...{ ...column, role, isLeftOut },
      ...(roleWhy !== undefined && { roleWhy }),
    });
    const guess = possible.find((each) => each.index === column.index);
    if (index !== null && others.includes(column.index)) return by('target');
    if (column.index === index) {
      return by(
        'target',
        asked === null ? (guess?.why ?? 'because it is the last column') : undefined,
      );
    }
    if (ignored.has(column.index)) return by('ignore', 'it is ignored');
    for (const role of ['group', 'part', 'weight'] as const) {
      if (facts[role] === column.index) return by(role);
    }
    if (!used.has(column.name)) {
      const rowName = options.rowNames === 'keep' ? null : whyRowName(factsOf(table, column));
      if (rowName !== null) return by('id', rowName, true);
      const { missing, distinct } = column;
      const kind = column.kind === 'words' ? 'text' : column.kind === 'empty' ? 'empty' : 'number';
      const why = whyIgnored({ kind, missing, distinct }, table.rowCount, options.maxCategories);
      if (why) return by('ignore', why.reason, true);
    }
    return by(column.index === time ? 'time' : 'feature');
  });
  // Where there are no others, names and numbers of rows have to do.
  const onlyIds = before.every(({ role }) => role === 'id' || role === 'target');
  const columns = onlyIds
    ? before.map((each) =>
        each.role === 'id' ? { ...each, role: 'feature' as const, isLeftOut: false } : each,
      )
    : before;
  const column = index === null ? undefined : columns[index];
  const guessed = asked === null ? (possible[0]?.why ?? 'because it is the last column') : null;
  const runnersUp = possible.filter((each) => each.index !== index).slice(0, MOST_RUNNERS_UP);
  return {
    columns,
    target: column ? { ...targetOf(column, options.targetKind), column, guessed, runnersUp } : null,
  };
}

const MOSTLY_DIFFERENT = 0.95;
/** What is only estimated of all rows may be off by as much. */
const SLACK = 0.05;

function factsOf({ rowCount, looked }: ReadTable, column: ReadColumn | undefined): ColumnFacts {
  if (!column) throw new RangeError('no such column');
  const { kind, index, name, missing, distinct, values, isWhole, numbers } = column;
  const filled = rowCount - missing;
  const isText = kind === 'words';
  const seen = (): number => new Set(values.filter((value) => !Number.isNaN(value))).size;
  const rising = (): boolean =>
    values.every((value, i) => i === 0 || value > (values[i - 1] ?? Infinity));
  return {
    ...{ index, name, missing, rows: rowCount },
    kind: kind === 'empty' ? 'empty' : isText ? 'text' : kind === 'dates' ? 'date' : 'number',
    distinctWords: isText ? distinct : 0,
    isConstant: () => distinct === 1,
    differsByRow: () =>
      (isText || isWhole) &&
      (looked === rowCount
        ? distinct > MOSTLY_DIFFERENT * filled
        : distinct > (MOSTLY_DIFFERENT - SLACK) * filled &&
          seen() > (MOSTLY_DIFFERENT * looked * filled) / rowCount),
    countsUp: () =>
      isWhole &&
      missing === 0 &&
      rising() &&
      (numbers?.min === 0 || numbers?.min === 1) &&
      numbers.max === numbers.min + rowCount - 1,
  };
}

function targetOf(
  column: LookedColumn,
  kind: TableOptions['targetKind'],
): Pick<LookedTarget, 'labels' | 'classes' | 'binned'> {
  const { values, isWhole, distinct } = column;
  const filled = values.reduce((sum, value) => sum + Number(value === value), 0);
  const isText = column.kind === 'words';
  const isClasses =
    kind === 'classification' ||
    isText ||
    (kind === 'auto' && areClasses({ isDate: column.kind === 'dates', isWhole, distinct, filled }));
  if (!isClasses || distinct > MAX_CLASSES) {
    return { labels: null, classes: [], binned: binnedNumbers(values) };
  }
  const found = isText
    ? column.words.map((word, code) => ({ name: word, code }))
    : [...new Set(values)].flatMap((value) =>
        Number.isNaN(value) ? [] : [{ name: String(value), code: value }],
      );
  const classes = found.toSorted((a, b) => byNumberOrWord(a.name, b.name));
  const places = new Map(classes.map(({ code }, place) => [code, place]));
  const labels = Int32Array.from(values, (value) => places.get(value) ?? -1);
  return {
    ...{ labels, classes: classes.map(({ name }) => name) },
    binned: { codes: labels, count: classes.length },
  };
}
