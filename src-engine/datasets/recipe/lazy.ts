/**
 * Columns that are computed when they are asked for, from columns that are read then: of a table that is larger than
 * what may be held. At most the sources of one step and what it makes of them are in memory.
 */
import { applyStep, type Columns, type FittedStep } from './apply.ts';
import type { ColumnKind, StepColumn } from './define.ts';

/** Rows that a step sees at once. */
const CHUNK_ROWS = 65_536;

/** Asked again soon, what was computed last may still be there. */
export function lazyColumn(kind: ColumnKind, compute: () => StepColumn): StepColumn {
  let kept: WeakRef<StepColumn> | undefined;
  const now = (): StepColumn => {
    const known = kept?.deref();
    if (known) return known;
    const computed = compute();
    kept = new WeakRef(computed);
    return computed;
  };
  const values = (): Float64Array => now().values;
  switch (kind) {
    case 'number':
      return {
        kind,
        get values() {
          return values();
        },
      };
    case 'words':
      return {
        kind,
        get values() {
          return values();
        },
        get words() {
          const column = now();
          return column.kind === 'words' ? column.words : [];
        },
      };
    case 'date':
      return {
        kind,
        get values() {
          return values();
        },
        get seconds() {
          const column = now();
          return column.kind === 'date' ? column.seconds : new Float64Array(0);
        },
      };
    default:
      return kind satisfies never;
  }
}

/** As `applyStep`, of columns that are computed when they are asked for. */
export function applyLazily(step: FittedStep, columns: Columns): Columns {
  const made = new Map(
    step.gives.map(({ name, kind }) => [name, lazyColumn(kind, () => madeColumn(name))]),
  );
  const order = applyStep(step, new Map([...columns].map(([name, each]) => [name, noRows(each)])));
  return new Map(
    [...order.keys()].flatMap((name): [string, StepColumn][] => {
      const column = made.get(name) ?? columns.get(name);
      return column ? [[name, column]] : [];
    }),
  );

  function madeColumn(name: string): StepColumn {
    // A formula of numbers alone has as many rows as any column.
    const [any = ''] = columns.keys();
    const sources = (step.takes.length > 0 ? step.takes : [any]).flatMap((taken) => {
      const column = columns.get(taken);
      // Read once.
      return column ? [[taken, { ...column }] as const] : [];
    });
    const rowCount = sources[0]?.[1].values.length ?? 0;
    let whole: StepColumn | null = null;
    for (let first = 0; first < rowCount || !whole; first += CHUNK_ROWS) {
      const rows = new Map(
        sources.map(([taken, column]) => [taken, partOf(column, first, CHUNK_ROWS)]),
      );
      const part = applyStep(step, rows).get(name);
      if (!part) throw new Error(`${step.step} gives no ${name}`);
      whole ??= empty(part, rowCount);
      whole.values.set(part.values, first);
      if (whole.kind === 'date' && part.kind === 'date') whole.seconds.set(part.seconds, first);
    }
    return whole;
  }
}

/** Some rows, in the memory of all. */
export function partOf(column: StepColumn, first: number, count: number): StepColumn {
  const values = column.values.subarray(first, first + count);
  return column.kind === 'date'
    ? { ...column, values, seconds: column.seconds.subarray(first, first + count) }
    : { ...column, values };
}

function empty(like: StepColumn, rowCount: number): StepColumn {
  const values = new Float64Array(rowCount);
  return like.kind === 'date'
    ? { ...like, values, seconds: new Float64Array(like.seconds.length === 0 ? 0 : rowCount) }
    : { ...like, values };
}

/** Enough for a step to say where what it gives stands. */
function noRows({ kind }: StepColumn): StepColumn {
  const values = new Float64Array(0);
  if (kind === 'number') return { kind, values };
  return kind === 'words' ? { kind, values, words: [] } : { kind, values, seconds: values };
}
