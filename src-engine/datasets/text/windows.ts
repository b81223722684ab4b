/** Windows over tokens of long texts: what was, and the tokens that come next. */
import type { DataField } from '#engine/ir/attrs.ts';
import { inputError } from '#engine/ir/problem.ts';
import type { DataTable, RowFacts } from '../define.ts';
import { dataTable } from '../shared/table.ts';
import { inputColumn, inputField } from './input.ts';
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

/** Each window with the token after it, or with the tokens that are each one further. */
export function windowsTable(
  indices: readonly Int32Array[],
  reading: TextReading,
  { notes, path, stride }: Cutting,
): DataTable {
  const { length, predict } = reading;
  const isEach = predict === 'sequence';
  const step = stride > 0 ? stride : isEach ? length : 1;
  const windows = indices.flatMap((all, text) =>
    all.length <= length
      ? []
      : Array.from({ length: Math.floor((all.length - length - 1) / step) + 1 }, (_, i) => ({
          text,
          start: i * step,
        })),
  );
  const short = indices.filter((all) => all.length <= length).length;
  if (windows.length === 0) {
    throw inputError('text.too-short', 'No text is longer than a window.', {
      path,
      explanation: `A window is ${length} tokens and one after it; the longest text has ${indices.reduce((most, each) => Math.max(most, each.length), 0)}.`,
    });
  }
  const { column, write } = inputColumn(reading, windows.length, path);
  const labels = new Int32Array(windows.length * (isEach ? length : 1));
  const time = new Float64Array(windows.length);
  const from = new Float64Array(windows.length);
  windows.forEach(({ text, start }, row) => {
    const all = indices[text] ?? new Int32Array(0);
    write(row, all.subarray(start, start + length));
    const end = start + length;
    if (isEach) labels.set(all.subarray(start + 1, end + 1), row * length);
    else labels[row] = all[end] ?? UNKNOWN;
    // Where in its text it is told, so that the ends of all texts are held back together.
    time[row] = end / all.length;
    from[row] = (isEach ? start + 1 : end) / all.length;
  });
  const rowFacts: RowFacts = {
    ...{ time, from },
    ...(indices.length > 1 && { group: Int32Array.from(windows, ({ text }) => text) }),
  };
  return dataTable([column, { field: windowFields(reading)[1], stored: labels }], {
    notes: [
      ...notes,
      `${formatInteger(windows.length)} windows of ${length} tokens.`,
      ...(short > 0
        ? [`${formatInteger(short)} texts are left out: no longer than a window.`]
        : []),
    ],
    ...{ rowFacts, reading },
    outline: textOutline(indices, reading, sampledWindows(windows, indices, reading)),
  });
}
