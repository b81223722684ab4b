/** Series: a table whose last rows are known, and what comes after each series of it. */
import {
  decodeText,
  lastWindows,
  MAX_TEXT_BYTES,
  readRows,
  type WindowReading,
} from '#engine/datasets/index.ts';
import { forecastNames } from '#engine/datasets/windows/reading.ts';
import { inputError, type NetworkDocument } from '#engine/ir/index.ts';
import {
  type Answer,
  answerCells,
  type OwnSamples,
  MOST_PROBABILITIES,
  text,
  toldAnswer,
  valuesOf,
} from './answers.ts';
import { rowOptions } from './rows.ts';

export function readSeriesInput(
  bytes: Uint8Array,
  path: string,
  document: NetworkDocument,
  reading: WindowReading,
): OwnSamples {
  if (bytes.length > MAX_TEXT_BYTES) {
    throw inputError('file.too-large', 'The table is larger than 256 MiB.', { path });
  }
  const csv = readRows(decodeText(bytes, path).text, path, rowOptions(document));
  const { ends, values, size, notes, inOwnNumbers } = lastWindows(csv, reading);
  const [name = 'rows left'] = reading.targets;
  const { group, time, classes } = reading;
  const keys = [group, time].filter((each) => each !== null);
  const cellsOf = (row: number): readonly string[] =>
    keys.map((key) => csv.rows[row]?.[csv.names.indexOf(key)] ?? '');
  return {
    inputs: [{ name: 'history', shape: [ends.length, size], data: values }],
    rows: ends.map(({ row }) => row),
    ...{ notes, target: { name, ...(classes && { classes }) } },
    told: (answers: readonly Answer[], sample: number) =>
      answers.map((answer) =>
        toldAnswer(answer, sample, {
          ...{ name, ...(classes && { classes }) },
          inOwnNumbers: (values) => inOwnNumbers(sample, values),
          names: answerNames(reading, valuesOf(answer.output, sample).length).map((each) =>
            each.replace(/^predicted /, ''),
          ),
        }),
      ),
    answered(answers: readonly Answer[]) {
      const parts = answers.map(({ output }) => {
        const width = output.data.length / ends.length;
        const at = (i: number): Float32Array => output.data.subarray(i * width, (i + 1) * width);
        return {
          names: answerNames(reading, width),
          cells: (i: number): readonly string[] =>
            classes
              ? answerCells(at(i), classes, 1, isShown(classes, width))
              : inOwnNumbers(i, at(i)).map(text),
        };
      });
      return {
        names: [
          ...keys.map((key) => (key === time ? `last ${key}` : key)),
          ...parts.flatMap(({ names }) => names),
        ],
        rows: ends.map(({ row }, i) => [
          ...cellsOf(row),
          ...parts.flatMap(({ cells }) => cells(i)),
        ]),
      };
    },
  };
}

/** `predicted Passengers +1`; of a class its name and its probabilities. */
function answerNames(reading: WindowReading, width: number): readonly string[] {
  const { targets, classes } = reading;
  const base = `predicted ${targets[0] ?? 'rows left'}`;
  if (classes) {
    return [base, ...(isShown(classes, width) ? classes.map((each) => `p(${each})`) : [])];
  }
  if (reading.predict === 'remaining') return ['predicted rows left'];
  const names = forecastNames(reading, width);
  return (
    names?.map((name) => `predicted ${name}`) ??
    Array.from({ length: width }, (_, i) => `${base} ${i + 1}`)
  );
}

const isShown = (classes: readonly string[], width: number): boolean =>
  width === classes.length && width <= MOST_PROBABILITIES;
