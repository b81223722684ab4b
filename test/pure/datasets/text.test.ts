/**
 * Rules: texts are cut into the tokens that scikit-learn and Hugging Face's tokenizers cut them into; a vocabulary is
 * learned from the texts that train, and how many inputs there are does not depend on which these are; texts of a
 * prediction are read as those of the training were.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { encodeTexts, loadData, splitRows, type TextReading } from '#engine/datasets/index.ts';
import type { DataTable, Fitting } from '#engine/datasets/define.ts';
import { fitIdf, fitTokenizer } from '#engine/datasets/text/fit.ts';
import { indexReader } from '#engine/datasets/text/reading.ts';
import { tokenizerJson } from '#engine/datasets/text/tokenizerJson.ts';
import { cutText } from '#engine/datasets/text/tokens.ts';
import { normalisationOf } from '#engine/datasets/core/normalise.ts';
import { columnFileParts, readColumnFile } from '#engine/datasets/index.ts';
import type { JsonValue } from '#engine/ir/attrs.ts';
import { tableReader } from '#main/dataProcess/tables/tables.ts';
import { tableFiles } from '#test/support/tableFiles.ts';

interface Vectorised {
  readonly columns: readonly string[];
  readonly wanted: readonly (readonly number[])[];
}
const PYTHON = JSON.parse(
  readFileSync(new URL('../../parity/tokenizers_text.json', import.meta.url), 'utf8'),
) as {
  readonly train: readonly string[];
  readonly others: readonly string[];
  readonly plain: { readonly train: readonly string[]; readonly others: readonly string[] };
  readonly counts: Vectorised;
  readonly binary: Vectorised;
  readonly tfidf: Vectorised;
  readonly bytePairs: readonly {
    readonly options: { vocabulary: number; minCount: number; lowerCase: boolean };
    readonly json: JsonValue;
    readonly wanted: readonly (readonly number[])[];
  }[];
};
const WORDS = {
  tokens: 'words',
  lowerCase: true,
  punctuation: false,
  vocabulary: 1000,
  minCount: 1,
} as const;
const READING = {
  kind: 'text',
  unit: 'row',
  output: 'bag',
  weighting: 'counts',
  length: 8,
  width: 0,
  padding: 'after',
  truncation: 'end',
  predict: 'none',
  target: null,
} as const;

describe('tokens', () => {
  test.each(['counts', 'binary', 'tfidf'] as const)(
    'of a bag are those of scikit-learn: %s',
    (weighting) => {
      const { train, others } = PYTHON.plain;
      const { columns, wanted } = PYTHON[weighting];
      const tokenizer = fitTokenizer(train, WORDS);
      expect(tokenizer.vocabulary.toSorted()).toEqual(columns.toSorted());
      const width = columns.length;
      const made = encodeTexts(others, {
        ...{ ...READING, tokenizer, weighting, width: width + 2 },
        ...(weighting === 'tfidf' && { idf: fitIdf(train, tokenizer) }),
      });
      others.forEach((_, row) => {
        tokenizer.vocabulary.forEach((token, place) => {
          const to = wanted[row]?.[columns.indexOf(token)] ?? NaN;
          expect(made[row * width + place], `${token} in ${row}`).toBeCloseTo(to, 6);
        });
      });
    },
  );

  test.each(PYTHON.bytePairs.map((each) => [JSON.stringify(each.options), each] as const))(
    'of byte pairs are those of tokenizers, and so is their file: %s',
    (_, { options, json, wanted }) => {
      const tokenizer = fitTokenizer(PYTHON.train, {
        ...{ ...WORDS, ...options, tokens: 'bytePair' },
      });
      expect(tokenizerJson(tokenizer)).toEqual(json);
      const read = indexReader(tokenizer);
      const found = [...PYTHON.train, ...PYTHON.others].map((text) => [...read(text)]);
      expect(found).toEqual(wanted);
    },
  );

  test('are words with their apostrophes, marks where they are asked for, or characters', () => {
    const text = "Don't—it’s 5 o'clock_ 'tis é!";
    expect(cutText(text, { ...WORDS, punctuation: false })).toEqual([
      "don't",
      'it’s',
      '5',
      "o'clock_",
      'tis',
      'é',
    ]);
    expect(cutText('a, b…', { ...WORDS, punctuation: true })).toEqual(['a', ',', 'b', '…']);
    expect(cutText('A😀b', { ...WORDS, tokens: 'characters' })).toEqual(['a', '😀', 'b']);
    expect(cutText('A', { ...WORDS, lowerCase: false })).toEqual(['A']);
  });

  test('of the same count are in the order of their code points, the rarest are not known', () => {
    const tokenizer = fitTokenizer(['b b a a c', 'c d'], { ...WORDS, vocabulary: 3 });
    expect(tokenizer.vocabulary).toEqual(['a', 'b', 'c']);
    expect([...indexReader(tokenizer)('c d a')]).toEqual([4, 1, 2]);
    expect(fitTokenizer(['b b a'], { ...WORDS, minCount: 2 }).vocabulary).toEqual(['b']);
  });
});

type Options = Readonly<Record<string, JsonValue>>;
async function load(
  source: string,
  content: Readonly<Record<string, string>>,
  options: Options,
  fitting?: Fitting,
) {
  const plain = tableFiles(content);
  const files = {
    ...plain,
    // A folder has no stamp, as on a disk.
    stamp: (path: string) =>
      path in content ? plain.stamp(path) : Promise.reject(new Error('a folder')),
  };
  return loadData(source, options, files, undefined, { tables: tableReader(files) }, fitting);
}
const textOf = ({ reading }: DataTable): TextReading => {
  if (reading?.kind !== 'text') throw new Error('no text');
  return reading;
};
const rowsOf = ({ columns, count }: DataTable, place: number) => {
  const { stored = new Float32Array(0) } = columns[place] ?? {};
  const size = stored.length / count;
  return Array.from({ length: count }, (_, i) => [...stored.slice(i * size, (i + 1) * size)]);
};
const codeOf = (loading: Promise<unknown>): Promise<string> =>
  loading.then(
    () => 'none',
    (error: unknown) => (error as { problems: [{ code: string }] }).problems[0].code,
  );

const REVIEWS = [
  'id,review,stars,feel',
  ...Array.from({ length: 40 }, (_, i) =>
    i % 2 === 0 ? `${i},"good thing, number n${i}",5,up` : `${i},bad thing number n${i},1,down`,
  ),
].join('\n');

test('sentences with their labels are rows, whatever the file is called', async () => {
  const lines = Array.from({ length: 12 }, (_, i) => `it was ${i % 2 ? 'good' : 'bad'}\t${i % 2}`);
  const content = { 's.txt': lines.join('\n') };
  const table = await load('text:s.txt', content, {});
  expect(table.count).toBe(12);
  expect(textOf(table)).toMatchObject({ predict: 'class', target: { classes: ['0', '1'] } });
  expect(textOf(await load('text:s.txt', content, { predict: 'next', length: 4 })).unit).toBe(
    'file',
  );
  const prose = { 's.txt': `${lines.join('\n')}\nand no tab in this one` };
  expect(textOf(await load('text:s.txt', prose, { length: 4 })).predict).toBe('next');
});

describe('texts in a column', () => {
  const content = { 'f/t.csv': REVIEWS };

  test('are bags with the class of another column', async () => {
    const table = await load('text:f/t.csv', content, { target: 'feel' });
    const { vocabulary } = textOf(table).tokenizer;
    expect(table.columns.map(({ field }) => [field.name, field.shape, field.dtype])).toEqual([
      ['features', [vocabulary.length], 'f32'],
      ['label', [], 'i32'],
    ]);
    expect(textOf(table)).toMatchObject({
      ...{ column: { name: 'review', index: 1 }, predict: 'class' },
      target: { name: 'feel', classes: ['down', 'up'] },
    });
    const good = rowsOf(table, 0).map((row) => row[vocabulary.indexOf('good')]);
    expect(good).toEqual(rowsOf(table, 1).flat());
    expect(encodeTexts(['good thing, number n0'], textOf(table))).toEqual(
      Float32Array.from(rowsOf(table, 0)[0] ?? []),
    );
    expect(normalisationOf(table.columns[0] as never, Int32Array.of(0, 1), 'auto')).toBeNull();
  });

  test('have the words of those that train, and inputs as many as all need', async () => {
    const split = { validation: 0.25, test: 0.25 };
    const options = { target: 'feel', weighting: 'tfidf' };
    const [first, second] = await Promise.all(
      [1, 2].map((seed) => load('text:f/t.csv', content, options, { split, seed })),
    );
    if (!first || !second) throw new Error('none');
    expect(first.columns[0]?.field).toEqual(second.columns[0]?.field);
    for (const [table, seed] of [
      [first, 1],
      [second, 2],
    ] as const) {
      const { train, validation, test: held } = splitRows(table, split, seed);
      const { vocabulary } = textOf(table).tokenizer;
      for (const row of train) expect(vocabulary).toContain(`n${row}`);
      for (const row of [...validation, ...held]) expect(vocabulary).not.toContain(`n${row}`);
      expect(textOf(table).idf?.length).toBe(vocabulary.length);
    }
  });

  test('are indices that are padded and cut', async () => {
    const text = 'review,feel\na b c d,x\na,y\nb a,x\na b,y';
    const of = async (options: Options) =>
      rowsOf(
        await load(
          'text:f/s.csv',
          { 'f/s.csv': text },
          { output: 'indices', length: 3, target: 'feel', ...options },
        ),
        0,
      );
    expect(await of({})).toEqual([
      [2, 3, 4],
      [2, 0, 0],
      [3, 2, 0],
      [2, 3, 0],
    ]);
    expect(await of({ padding: 'before', truncation: 'start' })).toEqual([
      ...[
        [3, 4, 5],
        [0, 0, 2],
        [0, 3, 2],
        [0, 2, 3],
      ],
    ]);
    const table = await load(
      'text:f/s.csv',
      { 'f/s.csv': text },
      { output: 'indices', target: 'feel' },
    );
    expect(table.columns[0]?.field).toMatchObject({ name: 'tokens', dtype: 'i32', classes: 6 });
  });

  test('may tell a number, and are kept as they were made', async () => {
    const options = { target: 'stars', predict: 'number', targetScale: 5 };
    const table = await load('text:f/t.csv', content, options);
    expect(rowsOf(table, 1).slice(0, 2)).toEqual([[1], [Math.fround(0.2)]]);
    const parts = columnFileParts(table, '{}');
    const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const part of parts) {
      bytes.set(part, at);
      at += part.length;
    }
    const { table: kept } = readColumnFile(bytes, 'p');
    expect(kept.reading).toEqual(table.reading);
    expect(kept.columns.map(({ isScaled }) => isScaled)).toEqual([true, undefined]);
  });

  test('that there are not are refused', async () => {
    expect(await codeOf(load('text:f/t.csv', content, { column: 'nothing' }))).toBe(
      'csv.unknown-column',
    );
    const plain = { 'f/a.txt': 'one two three' };
    expect(await codeOf(load('text:f/a.txt', plain, { predict: 'class' }))).toBe('text.no-target');
    expect(await codeOf(load('text:f/a.txt', plain, { length: 3 }))).toBe('text.too-short');
    expect(await codeOf(load('text:f/a.txt', { 'f/a.txt': 'a\u0000b' }, {}))).toBe('csv.not-text');
  });
});

describe('files of texts', () => {
  test('have the classes of their folders, and what cannot be read is counted', async () => {
    const content = {
      ...{ 'd/pos/1.txt': 'fine day', 'd/pos/2.txt': 'fine', 'd/neg/1.txt': 'grim' },
      ...{ 'd/neg/2.txt': '', 'd/neg/3.txt': 'a\u0000b', 'd/readme.md': 'about' },
    };
    const table = await load('text:d', content, {});
    expect(table.columns[1]?.field).toMatchObject({ classes: 2, classNames: ['neg', 'pos'] });
    expect(rowsOf(table, 1).flat()).toEqual([0, 1, 1]);
    expect(table.notes?.join(' ')).toContain('3 files are left out');
    expect(textOf(table).unit).toBe('file');
  });

  test('in train and test have the test split that they say', async () => {
    const content = {
      ...{ 'd/train/a/1.txt': 'x', 'd/train/b/1.txt': 'y', 'd/test/a/1.txt': 'z' },
    };
    const table = await load('text:d', content, {});
    expect([table.count, table.testStart]).toEqual([3, 2]);
    expect(textOf(table).tokenizer.vocabulary).toEqual(['x', 'y']);
    expect(table.columns[0]?.field.shape).toEqual([3]);
  });
});

describe('a long text', () => {
  const text = 'abcdefghij'.repeat(3);
  const options = { tokens: 'characters', length: 4 };
  const content = { 'f/a.txt': text };

  test('is windows with the token after each', async () => {
    const table = await load('text:f/a.txt', content, options);
    const [first, second] = rowsOf(table, 0);
    expect(table.count).toBe(26);
    expect(first).toEqual([2, 3, 4, 5]);
    expect(second).toEqual([3, 4, 5, 6]);
    expect(rowsOf(table, 1).slice(0, 2)).toEqual([[6], [7]]);
    expect(table.columns[1]?.field.classNames?.slice(0, 3)).toEqual(['<pad>', '<unk>', 'a']);
    const bag = await load('text:f/a.txt', content, { ...options, output: 'bag' });
    expect(rowsOf(bag, 0)[0]).toEqual([1, 1, 1, 1, 0, 0, 0, 0, 0, 0]);
  });

  test('is windows with each next token, and parts in time share none of these', async () => {
    const table = await load('text:f/a.txt', content, {
      ...options,
      predict: 'sequence',
      stride: 2,
    });
    expect(table.columns[1]?.field.shape).toEqual([4]);
    rowsOf(table, 0).forEach((row, i) => {
      expect(rowsOf(table, 1)[i]?.slice(0, 3)).toEqual(row.slice(1));
    });
    const split = { kind: 'byTime', validation: 0.3, test: 0 } as const;
    const { train, validation, overlapping } = splitRows(table, split, 1);
    const end = Math.max(...[...train].map((row) => table.rowFacts?.time?.[row] ?? NaN));
    for (const row of validation) expect(table.rowFacts?.from?.[row]).toBeGreaterThan(end);
    expect(overlapping).toBeGreaterThan(0);
  });

  test('split in time has the characters of its beginning', async () => {
    const late = { 'f/a.txt': `${text}${'xyz'.repeat(3)}` };
    const split = { kind: 'byTime', validation: 0.2, test: 0.2 } as const;
    const table = await load('text:f/a.txt', late, options, { split, seed: 1 });
    expect(textOf(table).tokenizer.vocabulary).not.toContain('z');
    expect(table.columns[1]?.field.classes).toBe(15);
  });
});
