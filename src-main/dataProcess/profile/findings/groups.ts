/** Columns whose values tie rows together: a ticket, a patient, a machine. */
import { defineFinding, type LookedColumn, type LookedTable, optionName } from '../look.ts';
import { formatInteger } from '#engine/ir/numberText.ts';

const FEWEST_ROWS = 50;
/** A column with fewer different values sorts rows, it does not tie a few of them together. */
const MOST_IN_GROUP = 20;
/** Held-out rows that share one with training. */
const FEW = 0.05;
/** By how much more often two rows of a group have the same class than any two. */
const TELLING = 0.1;
const MOST_FOUND = 3;
/** Whole numbers are measures as a rule; so called, they are names. */
const NAMING = /(^|[\s_-])(id|no|nr|num|number|code|key|group)$/i;

export default defineFinding({
  name: 'groups',
  look(table) {
    const { parts, looked, columns, split } = table;
    if (!parts || looked < FEWEST_ROWS || split.kind === 'byGroup') return [];
    return columns
      .filter((column) => mayTie(column, looked))
      .flatMap((column) => {
        const { shared, heldOut } = sharedRows(column, parts);
        if (shared <= FEW * heldOut) return [];
        const agreement = agreementOf(table, column);
        return [{ column, shared, heldOut, agreement }];
      })
      .toSorted((a, b) => b.agreement - a.agreement)
      .slice(0, MOST_FOUND)
      .map(({ column, shared, heldOut, agreement }) => ({
        severity: agreement > TELLING ? ('warning' as const) : ('info' as const),
        columns: [column.index],
        message: `${column.name} ties rows together: ${formatInteger(shared)} of ${formatInteger(heldOut)} held-out rows share one with training.`,
        consequence:
          agreement > TELLING
            ? `Rows of one ${column.name} mostly have the same target: held-out results are too good for a ${column.name} that was never seen.`
            : `If rows of one ${column.name} are alike, held-out results are too good for one that was never seen.`,
        fixes: [
          {
            label: `Keep rows of one ${column.name} in one part`,
            options: { group: optionName(table, column) },
            split: { kind: 'byGroup' as const },
          },
        ],
      }));
  },
});

function mayTie(
  { kind, role, name, isWhole, values, isLeftOut }: LookedColumn,
  rows: number,
): boolean {
  const isName =
    kind === 'words' ||
    (kind === 'numbers' && isWhole && NAMING.test(name.replace(/([a-z])([A-Z])/g, '$1 $2')));
  if (!isName || !(role === 'feature' || role === 'id' || isLeftOut)) return false;
  const present = values.filter((value) => !Number.isNaN(value));
  const distinct = new Set(present).size;
  return (
    distinct < present.length &&
    present.length > FEW * rows &&
    present.length <= MOST_IN_GROUP * distinct
  );
}

function sharedRows(
  { values }: LookedColumn,
  parts: Uint8Array,
): { shared: number; heldOut: number } {
  const trained = new Set<number>();
  for (const [row, part] of parts.entries()) {
    const value = values[row] ?? NaN;
    if (part === 0 && value === value) trained.add(value);
  }
  let [shared, heldOut] = [0, 0];
  for (const [row, part] of parts.entries()) {
    if (part !== 1 && part !== 2) continue;
    heldOut += 1;
    shared += Number(trained.has(values[row] ?? NaN));
  }
  return { shared, heldOut };
}

/** How much more often a pair of rows within a group has the same (binned) target than any pair. */
function agreementOf({ target }: LookedTable, { values }: LookedColumn): number {
  if (!target) return 0;
  const { codes, count } = target.binned;
  const groups = new Map<number, Float64Array>();
  const all = new Float64Array(count);
  let rows = 0;
  for (const [row, code] of codes.entries()) {
    const value = values[row] ?? NaN;
    if (code < 0 || value !== value) continue;
    let counts = groups.get(value);
    if (!counts) groups.set(value, (counts = new Float64Array(count)));
    counts[code] = (counts[code] ?? 0) + 1;
    all[code] = (all[code] ?? 0) + 1;
    rows += 1;
  }
  let [pairs, alike] = [0, 0];
  for (const counts of groups.values()) {
    const size = counts.reduce((a, b) => a + b, 0);
    pairs += (size * (size - 1)) / 2;
    for (const each of counts) alike += (each * (each - 1)) / 2;
  }
  const chance = all.reduce((sum, each) => sum + (each / rows) ** 2, 0);
  return pairs > 0 ? alike / pairs - chance : 0;
}
