/** Texts: lines of a file, a whole file, or a column of a table, read as the run read its own. */
import {
  decodeText,
  encodeTexts,
  MAX_TEXT_BYTES,
  readRows,
  SPECIAL_TOKENS,
  type TextReading,
} from '#engine/datasets/index.ts';
import { inputError, type NetworkDocument } from '#engine/ir/index.ts';
import {
  type Answer,
  answerCells,
  type OwnSamples,
  MOST_PROBABILITIES,
  toldAnswer,
} from './answers.ts';
import { rowOptions } from './rows.ts';

/** What a text is shown by. */
const MOST_SHOWN = 80;

export function readTextInput(
  bytes: Uint8Array,
  path: string,
  document: NetworkDocument,
  reading: TextReading,
): OwnSamples {
  if (bytes.length > MAX_TEXT_BYTES) {
    throw inputError('file.too-large', 'The text is larger than 256 MiB.', { path });
  }
  return textSamples(textsIn(decodeText(bytes, path).text, path, document, reading), path, reading);
}

export interface OwnTexts {
  /** Rows to be answered, as they came, by the names of their columns. */
  readonly names: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Of each row. */
  readonly texts: readonly string[];
}

export function textSamples(
  { names, rows, texts }: OwnTexts,
  path: string,
  reading: TextReading,
): OwnSamples {
  if (texts.length === 0) throw inputError('text.none', 'There is no text in this file.', { path });
  const data = encodeTexts(texts, reading);
  const { predict, target, tokenizer, output } = reading;
  const isNext = predict === 'next';
  const name = isNext ? 'next token' : (target?.name ?? 'number');
  const classes = isNext ? [...SPECIAL_TOKENS, ...tokenizer.vocabulary] : target?.classes;
  const scale = target?.scale ?? 1;
  return {
    inputs: [
      {
        name: output === 'bag' ? 'features' : 'tokens',
        shape: [texts.length, data.length / texts.length],
        data,
      },
    ],
    rows: [...texts.keys()],
    ...{ notes: [], target: { name, ...(classes && { classes }) } },
    told: (answers: readonly Answer[], sample: number) =>
      answers.map((answer) =>
        toldAnswer(answer, sample, {
          ...{ name, ...(classes && { classes }) },
          inOwnNumbers: (values) => Array.from(values, (value) => value * scale),
        }),
      ),
    answered(answers: readonly Answer[]) {
      const parts = answers.map(({ output: { loss, data: all } }) => {
        const width = all.length / texts.length;
        const isShown = classes?.length === width && width <= MOST_PROBABILITIES;
        const suffix = answers.length > 1 ? ` (${loss})` : '';
        const isMany = classes === undefined;
        return {
          names: [
            `predicted ${name}${suffix}`,
            ...(isShown ? (classes ?? []).map((each) => `p(${each})${suffix}`) : []),
            ...(isMany ? Array.from({ length: width - 1 }, (_, i) => `${name} ${i + 2}`) : []),
          ],
          cells: (row: number): readonly string[] =>
            answerCells(all.subarray(row * width, (row + 1) * width), classes, scale, isShown),
        };
      });
      return {
        names: [...names, ...parts.flatMap((part) => part.names)],
        rows: rows.map((cells, row) => [...cells, ...parts.flatMap((part) => part.cells(row))]),
      };
    },
  };
}

/** Rows to be answered, as they came, with the text of each. */
function textsIn(
  text: string,
  path: string,
  document: NetworkDocument,
  { unit, column }: TextReading,
): OwnTexts {
  if (/\.(csv|tsv)$/i.test(path) && column) {
    const csv = readRows(text, path, rowOptions(document));
    const named = csv.names.indexOf(column.name);
    const at = named >= 0 && csv.hasHeader ? named : csv.names.length === 1 ? 0 : column.index;
    if (at >= csv.names.length || (csv.hasHeader && named < 0 && csv.names.length > 1)) {
      throw inputError(
        'csv.missing-column',
        `There is no column "${column.name}", which holds the texts.`,
        { path, explanation: `Columns: ${csv.names.join(', ')}.` },
      );
    }
    return { names: csv.names, rows: csv.rows, texts: csv.rows.map((cells) => cells[at] ?? '') };
  }
  const texts =
    unit === 'file'
      ? [text].filter((all) => all.trim() !== '')
      : text.split(/\r\n|\r|\n/).filter((line) => line.trim() !== '');
  const shown = (line: string): string => line.replace(/\s+/g, ' ').trim().slice(0, MOST_SHOWN);
  return {
    names: ['text'],
    rows: texts.map((line) => [unit === 'file' ? shown(line) : line]),
    texts,
  };
}
