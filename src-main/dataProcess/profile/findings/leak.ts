/** Columns that tell the target (nearly) everywhere: known only afterwards, or the target in other words. */
import {
  defineFinding,
  type FoundFinding,
  ignoring,
  type LookedColumn,
  type LookedTable,
  type LookedTarget,
  ofRows,
  shown,
} from '../look.ts';
import {
  bestThreshold,
  correlation,
  explained,
  toldByCodes,
  type Told,
  varianceBetween,
} from '../relation.ts';
import { formatInteger } from '#engine/ir/numberText.ts';

/** Of what is not right without looking. */
const NEARLY_ALL = 0.98;
/** Fewer rows may fit by chance. */
const FEWEST_ROWS = 20;
const FEWEST_OTHERS = 5;
/** A column with more different values than one for so many rows tells rows, not the target. */
const ROWS_FOR_VALUE = 5;
const STRAIGHT = 0.999;

export default defineFinding({
  name: 'leak',
  look(table) {
    const { target, columns } = table;
    if (!target) return [];
    return columns
      .filter(
        ({ role, index, kind }) =>
          index !== target.column.index && role !== 'ignore' && kind !== 'empty',
      )
      .flatMap((column) => leakOf(table, target, column) ?? []);
  },
});

function leakOf(
  table: LookedTable,
  target: LookedTarget,
  column: LookedColumn,
): FoundFinding | null {
  const message = target.labels
    ? ofClasses(table, target, column, target.labels)
    : ofNumbers(table, target, column);
  return message === null
    ? null
    : {
        ...{ severity: 'danger', columns: [column.index, target.column.index], message },
        consequence: `Ignore ${column.name}, or the network copies it: what it comes to is worth nothing where ${column.name} is not known yet.`,
        fixes: [ignoring(table, [column])],
      };
}

function ofClasses(
  table: LookedTable,
  { column: { name }, classes }: LookedTarget,
  column: LookedColumn,
  labels: Int32Array,
): string | null {
  const isSure = (told: Told): boolean =>
    told.rows >= FEWEST_ROWS &&
    told.rows - told.base >= FEWEST_OTHERS &&
    explained(told) >= NEARLY_ALL;
  const { values } = column;
  const values_ = new Set(values.filter((value) => value === value)).size;
  const byValue = toldByCodes(
    column.kind === 'words' ? values : valueCodes(values),
    labels,
    classes.length,
  );
  if (values_ * ROWS_FOR_VALUE <= byValue.rows && isSure(byValue)) {
    const where = ofRows(byValue.right, byValue.rows, table);
    if (values_ === classes.length)
      return `${column.name} equals ${name} in ${where}, maybe in other words.`;
    return `${column.name} alone tells ${name} in ${where}.`;
  }
  if (column.kind === 'words' || classes.length !== 2) return null;
  const told = bestThreshold(values, labels);
  if (!isSure(told)) return null;
  return `${column.name} alone tells ${name} in ${ofRows(told.right, told.rows, table)}: above ${shown(told.at)} it is ${classes[told.above] ?? ''}.`;
}

/** Different numbers as codes from 0 on. */
function valueCodes(values: Float64Array): Float64Array {
  const codes = new Map<number, number>();
  return values.map((value) => {
    if (Number.isNaN(value)) return NaN;
    const known = codes.get(value) ?? codes.size;
    codes.set(value, known);
    return known;
  });
}

function ofNumbers(
  table: LookedTable,
  { column: target }: LookedTarget,
  column: LookedColumn,
): string | null {
  if (column.kind === 'words') {
    const { rows, share } = varianceBetween(column.values, target.values);
    const isTelling =
      rows >= FEWEST_ROWS && column.distinct * ROWS_FOR_VALUE <= rows && share >= STRAIGHT;
    return isTelling
      ? `${column.name} alone tells ${target.name}: between its ${formatInteger(column.distinct)} values lies ${shown(100 * share)} % of the differences, in ${formatInteger(rows)} rows.`
      : null;
  }
  const r = correlation(column.values, target.values);
  if (!(Math.abs(r) > STRAIGHT)) return null;
  const both = column.values.reduce(
    (count, value, row) => count + Number(value === value && !Number.isNaN(target.values[row])),
    0,
  );
  return both < FEWEST_ROWS
    ? null
    : `${column.name} goes along with ${target.name} in ${ofRows(both, both, table)}: a correlation of ${r.toFixed(5)}.`;
}
