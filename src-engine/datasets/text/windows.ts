/** Windows over tokens of long texts: what was, and the tokens that come next. */
import type { DataField } from '#engine/ir/attrs.ts';
import { inputError } from '#engine/ir/problem.ts';
import type { DataTable, RowFacts } from '../define.ts';
import { type LoadingHost, tableOfRows } from '../shared/streamRows.ts';
import { inputField, inputRows, NO_TOKENS, tooLarge } from './input.ts';
import { sampledWindows, textOutline } from './outline.ts';
import type { TextReading } from './reading.ts';
import { SPECIAL_TOKENS, UNKNOWN } from './tokens.ts';
import { formatInteger } from '#engine/ir/numberText.ts';

/** Labels of more tokens are numbers alone. */
const MOST_NAMES = 1000;

/** What is known, and what is wanted: known before any text is. */
export function windowFields(reading: TextReading): readonly [DataField, DataField] {
  const { length, width, predict, tokenizer } = reading;
  const names = [...SPECIAL_TOKENS, ...tokenizer.vocabulary];
  const isNamed = width <= MOST_NAMES && names.length === width;
  return [
    inputField(reading),
    {
      ...{ name: 'label', role: 'label', dtype: 'i32' },
      shape: predict === 'sequence' ? [length] : [],
      ...{ classes: width, ...(isNamed && { classNames: names }) },
    },
  ];
}

interface Cutting {
  readonly path: string;
  /** 0: 1, or the length where each token is predicted. */
  readonly stride: number;
  readonly notes: readonly string[];
}

/** Where windows lie: a number each, since there may be tens of millions. */
interface TextWindows {
  readonly text: Int32Array;
  readonly start: Int32Array;
}

/** Each window with the token after it, or with the tokens that are each one further. */
export async function windowsTable(
  indices: readonly Int32Array[],
  reading: TextReading,
  { notes, path, stride }: Cutting,
  host: LoadingHost = {},
): Promise<DataTable> {
  const { length, predict } = reading;
  const isEach = predict === 'sequence';
  const windows = cutTexts(indices, length, stride > 0 ? stride : isEach ? length : 1);
  const count = windows.text.length;
  const short = indices.filter((all) => all.length <= length).length;
  if (count === 0) {
    throw inputError('text.too-short', 'No text is longer than a window.', {
      path,
      explanation: `A window is ${length} tokens and one after it; the longest text has ${indices.reduce((most, each) => Math.max(most, each.length), 0)}.`,
    });
  }
  const labels = new Int32Array(count * (isEach ? length : 1));
  const time = new Float64Array(count);
  const from = new Float64Array(count);
  for (let row = 0; row < count; row++) {
    const all = indices[windows.text[row] ?? 0] ?? NO_TOKENS;
    const start = windows.start[row] ?? 0;
    const end = start + length;
    if (isEach) labels.set(all.subarray(start + 1, end + 1), row * length);
    else labels[row] = all[end] ?? UNKNOWN;
    // Where in its text it is told, so that the ends of all texts are held back together.
    time[row] = end / all.length;
    from[row] = (isEach ? start + 1 : end) / all.length;
  }
  const tokensOf = (row: number): Int32Array => {
    const start = windows.start[row] ?? 0;
    return (indices[windows.text[row] ?? 0] ?? NO_TOKENS).subarray(start, start + length);
  };
  const source = inputRows(reading, count, tokensOf);
  const rowFacts: RowFacts = {
    ...{ time, from },
    ...(indices.length > 1 && { group: windows.text }),
  };
  const samples = {
    ...{ source, held: [{ field: windowFields(reading)[1], stored: labels }], rowFacts },
    notes: [
      ...notes,
      `${formatInteger(count)} windows of ${length} tokens.`,
      ...(short > 0
        ? [`${formatInteger(short)} texts are left out: no longer than a window.`]
        : []),
    ],
  };
  const { table, order } = await tableOfRows(samples, host, tooLarge(source, path));
  const shown = sampledWindows(order, tokensOf, reading);
  return { ...table, reading, outline: textOutline(indices, reading, shown) };
}

function cutTexts(indices: readonly Int32Array[], length: number, step: number): TextWindows {
  const counts = indices.map((all) =>
    all.length <= length ? 0 : Math.floor((all.length - length - 1) / step) + 1,
  );
  const count = counts.reduce((sum, each) => sum + each, 0);
  const [text, start] = [new Int32Array(count), new Int32Array(count)];
  let row = 0;
  for (const [place, own] of counts.entries()) {
    for (let i = 0; i < own; i++, row++) {
      text[row] = place;
      start[row] = i * step;
    }
  }
  return { text, start };
}
