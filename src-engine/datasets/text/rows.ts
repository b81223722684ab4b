/** Texts in a column of a table, with what another column says of each. */
import { inputError } from '#engine/ir/problem.ts';
import type { DataColumn, RowFacts } from '../define.ts';
import { factsOfColumn, guessTarget } from '../table/choice.ts';
import { findColumn } from '../table/columns.ts';
import type { RawTable } from '../table/rawTable.ts';
import { factsOfRows, readRowFacts } from '../table/rowFacts.ts';
import { encodeTarget, MAX_CLASSES } from '../table/target.ts';
import { isMissing } from '../table/values.ts';
import type { TextOptions } from './options.ts';
import type { TextReading } from './reading.ts';
import { formatInteger } from '#engine/ir/numberText.ts';

export interface TextRows {
  readonly texts: readonly string[];
  readonly column: NonNullable<TextReading['column']>;
  readonly target: DataColumn | null;
  readonly about: TextReading['target'];
  readonly facts: RowFacts;
  readonly notes: readonly string[];
}

/** Rows that the choice of a column looks at. */
const LOOKED_AT = 200;
/** Cells that are held at once. */
const CHUNK_ROWS = 10_000;

export async function readTextRows(raw: RawTable, options: TextOptions): Promise<TextRows> {
  const { names, rowCount } = raw;
  const asked = findColumn(raw, options.column, 'column');
  const found = await readRowFacts(raw, options);
  const chosen = findColumn(raw, options.target, 'target');
  const taken = [...found.columns, ...(chosen === null ? [] : [chosen])];
  const index = asked ?? (await longestColumn(raw, taken));
  const isWanted =
    options.predict !== 'none' && options.predict !== 'next' && options.predict !== 'sequence';
  const notes: string[] = [];
  if (asked === null)
    notes.push(`Texts are those of ${names[index] ?? ''}, the column with the longest cells.`);
  const isAlone = names.length - found.columns.size < 2;
  const target = isWanted && !(isAlone && chosen === null) ? await readTarget(index) : null;

  const texts: string[] = [];
  const rows: number[] = [];
  let empty = 0;
  for (let from = 0; from < rowCount; from += CHUNK_ROWS) {
    const some = Array.from({ length: Math.min(CHUNK_ROWS, rowCount - from) }, (_, i) => from + i);
    const cells = await raw.cells(some);
    for (const [i, row] of some.entries()) {
      const text = cells[i]?.[index] ?? '';
      const isKnown = target === null || !Number.isNaN(target.values[row]);
      if (isMissing(text) || !isKnown) empty += 1;
      else {
        texts.push(text);
        rows.push(row);
      }
    }
  }
  if (texts.length === 0) {
    throw inputError('text.none', `Column ${names[index] ?? ''} holds no text.`, {
      path: raw.path,
    });
  }
  if (empty > 0)
    notes.push(
      `${formatInteger(empty)} of ${formatInteger(rowCount)} rows are left out: they have no text or no target.`,
    );
  const values = target && rows.map((row) => target.values[row] ?? 0);
  const isClass = target?.field.role === 'label';
  return {
    ...{
      texts,
      column: { name: names[index] ?? '', index },
      facts: factsOfRows(found.facts, rows),
    },
    target:
      target && values
        ? isClass
          ? { field: target.field, stored: Int32Array.from(values) }
          : {
              field: target.field,
              stored: Float32Array.from(values),
              ...(options.targetScale !== 1 && { dividedBy: options.targetScale }),
            }
        : null,
    about: target && {
      name: target.name,
      ...(target.field.classNames
        ? { classes: target.field.classNames }
        : { scale: options.targetScale }),
    },
    notes: [...notes, ...(target?.notes ?? []), ...raw.notes],
  };

  async function readTarget(text: number) {
    const others = new Set([...found.columns, text]);
    const guess =
      chosen === null
        ? await guessTarget(
            names,
            async (place) => factsOfColumn(await raw.column(place, MAX_CLASSES), rowCount),
            others,
          )
        : null;
    const at = chosen ?? guess?.index ?? 0;
    const kind = { auto: 'auto', class: 'classification', number: 'regression' } as const;
    const wanted =
      options.predict === 'class' || options.predict === 'number' ? options.predict : 'auto';
    const encoded = await encodeTarget(
      raw,
      await raw.column(at, MAX_CLASSES),
      kind[wanted],
      options.targetScale,
    );
    const guessed = guess === null ? [] : [`The target is ${names[at] ?? ''}, ${guess.why}.`];
    return { ...encoded, name: names[at] ?? '', notes: [...guessed, ...encoded.notes] };
  }
}

async function longestColumn(raw: RawTable, taken: readonly number[]): Promise<number> {
  const some = Array.from({ length: Math.min(LOOKED_AT, raw.rowCount) }, (_, row) => row);
  const cells = await raw.cells(some);
  const lengths = raw.names.map((_, index) =>
    taken.includes(index) ? -1 : cells.reduce((sum, row) => sum + (row[index] ?? '').length, 0),
  );
  return lengths.indexOf(Math.max(...lengths));
}
