/** Some rows of a table with what becomes of them: cells, parts, numbers; and of each column what touches it. */
import type { Step } from '#engine/ir/attrs.ts';
import type {
  ColumnRole,
  PreviewColumn,
  PreviewRow,
  PreviewSlot,
  PreviewStep,
  TablePreview,
} from '#engine/protocol/tablePreview.ts';
import type { Fitting, TableReport } from '../define.ts';
import { recipeSteps } from '../recipe/registry.ts';
import { slotNames } from './features.ts';
import type { RawTable, TableColumn } from './rawTable.ts';
import type { ShownRows } from './previewRows.ts';
import { type MadeFeatures, sourcesOf } from './recipe.ts';
import { isMissing } from './values.ts';
import { formatInteger } from '#engine/ir/numberText.ts';

const MOST_ROWS = 200;

export interface PreviewRequest {
  readonly shown: ShownRows;
  readonly report: TableReport;
  readonly made: MadeFeatures;
  readonly fitting: Fitting;
  readonly recipe: readonly Step[];
  /** Of columns that are no features, by their places. */
  readonly roles: ReadonlyMap<number, ColumnRole>;
  /** The others, as they were read. */
  readonly columns: readonly TableColumn[];
}

export async function previewTable(raw: RawTable, request: PreviewRequest): Promise<TablePreview> {
  const { shown, made } = request;
  const { features, filtered, withoutTarget, withGaps } = made;
  const sources = sourcesOf(made.fitted.steps);
  const slots = features.encodings.flatMap((encoding): PreviewSlot[] =>
    slotNames(encoding).map((name) => ({
      name,
      columns: sources.get(encoding.name) ?? [encoding.name],
    })),
  );
  return {
    columns: await columnsOf(raw, request, slots),
    slots,
    steps: stepsOf(request.recipe, made),
    rows: await rowsOf(raw, request),
    counts: { total: raw.rowCount, ...shown.counts, filtered, withoutTarget, withGaps },
  };
}

async function columnsOf(
  raw: RawTable,
  { made, report, roles, columns }: PreviewRequest,
  slots: readonly PreviewSlot[],
): Promise<readonly PreviewColumn[]> {
  const byIndex = new Map(columns.map((column) => [column.index, column]));
  const reasons = new Map(
    [...report.leftOut, ...made.features.leftOut].map(({ name, reason }) => [name, reason]),
  );
  const sources = sourcesOf(made.fitted.steps);
  const found: PreviewColumn[] = [];
  for (const [index, name] of raw.names.entries()) {
    const column = byIndex.get(index) ?? (await raw.column(index, 2));
    const role = roles.get(index) ?? null;
    const touching = made.facts.filter(({ takes }) =>
      takes.some((each) => (sources.get(each) ?? [each]).includes(name)),
    );
    const own = slots.flatMap((slot, i) => (slot.columns.includes(name) ? [i] : []));
    const isUsed = own.length > 0 || touching.length > 0;
    const reason = role === null && !isUsed ? reasons.get(name) : undefined;
    const encoding = made.features.encodings.find((each) => each.name === name);
    const last = encoding ? plainEncoding(encoding.categories, encoding.kind) : null;
    const done = touching.map(({ text }) => text.replace(`${name}: `, ''));
    found.push({
      ...{ name, role: role ?? (isUsed ? 'feature' : 'leftOut'), kind: kindOf(column) },
      ...(reason !== undefined && { reason }),
      missing: column.missing,
      steps: [...new Set(touching.map(({ place }) => place))],
      encoding: [...done, ...(last === null ? [] : [last])].join('; then '),
      slots: own,
    });
  }
  return found;
}

const kindOf = (column: TableColumn): PreviewColumn['kind'] =>
  column.kind === 'number'
    ? column.isDate
      ? 'date'
      : 'number'
    : column.kind === 'text'
      ? 'words'
      : 'empty';

/** What a column is taken as that no step made numbers of; null for numbers. */
function plainEncoding(
  categories: readonly string[] | undefined,
  kind: 'number' | 'date' | 'categories',
): string | null {
  if (kind === 'date') return 'as a year with decimals';
  if (!categories) return null;
  return categories.length === 2
    ? `0 for ${categories[0]}, 1 for ${categories[1]}`
    : `0 or 1 for each of ${formatInteger(categories.length)} words`;
}

/** Of every step of the document, also of those that are off or found no column. */
function stepsOf(recipe: readonly Step[], { facts }: MadeFeatures): readonly PreviewStep[] {
  return recipe.map(({ step }, place): PreviewStep => {
    const own = facts.filter((fact) => fact.place === place);
    return {
      ...{ step, label: recipeSteps.get(step)?.label ?? step },
      takes: [...new Set(own.flatMap(({ takes }) => takes))],
      gives: own.flatMap(({ gives }) => gives),
      facts: own.map(({ text }) => text),
    };
  });
}

async function rowsOf(
  raw: RawTable,
  { shown, made, fitting, report, roles }: PreviewRequest,
): Promise<readonly PreviewRow[]> {
  const count = Math.min(MOST_ROWS, Math.max(0, fitting.previewRows ?? 0), raw.rowCount);
  const wanted = Array.from({ length: count }, (_, i) => Math.floor((i * raw.rowCount) / count));
  const cells = await raw.cells(wanted);
  const found = await shown.find(wanted);
  return wanted.map((row, i): PreviewRow => {
    const own = cells[i] ?? [];
    const base = { row, cells: own };
    const empty = own.flatMap((cell, index) => (isMissing(cell) ? [index] : []));
    const used = found.get(row);
    if (!used) {
      const isTargetEmpty = report.target !== null && isMissing(own[report.target.index] ?? '');
      const why = isTargetEmpty ? 'its target is empty' : 'it has empty cells';
      const leftOut = made.keeps?.[row] === 0 ? 'a filter leaves it out' : why;
      return { ...base, part: null, leftOut, filled: [], values: null };
    }
    return { ...base, ...used, filled: empty.filter((index) => !roles.has(index)) };
  });
}
