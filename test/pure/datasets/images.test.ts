/** Rule: of a folder of pictures it is plain which are read, as what, and what is left out. Decoding is a stand-in. */
import { describe, expect, it } from 'vitest';
import { describeTable, loadData, type SourceOptions } from '#engine/datasets/index.ts';
import { memoryFiles } from '#test/support/memoryFiles.ts';
import { DAMAGED, plainDecoder, plainPicture } from '#test/support/plainPictures.ts';
import { problemOf } from '#test/support/problems.ts';

type Content = Readonly<Record<string, Uint8Array | string>>;
const grey = (value: number) => plainPicture(2, 2, 1, value);
const colour = (value: number, width = 2) => plainPicture(width, 2, 3, value);

const load = (content: Content, options: SourceOptions = {}, pictures = plainDecoder()) =>
  loadData('images:d', options, memoryFiles(content), undefined, { pictures });
const labelsOf = ({ columns }: Awaited<ReturnType<typeof load>>) => [
  ...(columns.find(({ field }) => field.name === 'label')?.stored ?? []),
];
const firstPixels = ({ columns, count }: Awaited<ReturnType<typeof load>>) => {
  const stored = columns[0]?.stored ?? [];
  return Array.from({ length: count }, (_, row) => stored[(row * stored.length) / count]);
};

describe('folders of classes', () => {
  it('are the classes, in natural order, their files as well', async () => {
    const table = await load({
      'd/class 10/a.png': grey(1),
      'd/class 2/10.png': grey(3),
      'd/class 2/9.png': grey(2),
    });
    expect(table.count).toBe(3);
    expect(table.testStart).toBeUndefined();
    expect(table.columns.map(({ field }) => field)).toEqual([
      { name: 'image', role: 'input', dtype: 'f32', shape: [1, 2, 2] },
      {
        ...{ name: 'label', role: 'label', dtype: 'i32', shape: [], classes: 2 },
        classNames: ['class 2', 'class 10'],
      },
    ]);
    expect(firstPixels(table)).toEqual([2, 3, 1]);
    expect(labelsOf(table)).toEqual([0, 0, 1]);
  });

  it('are all among the few samples that are shown', async () => {
    const of = (name: string) => Array.from({ length: 5 }, (_, i) => [`d/${name}/${i}`, grey(i)]);
    const table = await load(Object.fromEntries([...of('a'), ...of('b')]) as Content);
    const [, label] = (await describeTable('images:d', table, 4)).preview;
    expect(label?.rows.map(([value]) => value)).toEqual([0, 0, 1, 1]);
  });

  it('lie in train and test where there are both; validation joins what is not there', async () => {
    const train = { 'd/train/a/1': grey(1), 'd/train/b/1': grey(2) };
    const test = { 'd/test/b/1': grey(3), 'd/test/c/1': grey(4) };
    const val = { 'd/val/a/1': grey(5) };
    const both = await load({ ...train, ...test });
    expect(both).toMatchObject({ count: 4, testStart: 2 });
    expect(both.columns[1]?.field.classNames).toEqual(['a', 'b', 'c']);
    expect(labelsOf(both)).toEqual([0, 1, 1, 2]);
    expect(await load({ ...train, ...val })).toMatchObject({ count: 3, testStart: 2 });
    const all = await load({ ...train, ...test, ...val });
    expect(all).toMatchObject({ count: 5, testStart: 3 });
    expect(all.notes).toContain('The folder val is part of the training data.');
  });

  it('called train, but beside others than splits, are classes', async () => {
    const table = await load({ 'd/train/1': grey(1), 'd/bus/1': grey(2) });
    expect(table.columns[1]?.field.classNames).toEqual(['bus', 'train']);
  });

  it('in one split only are refused with the other one', async () => {
    const problem = await problemOf(() => load({ 'd/train/a/1': grey(1), 'd/test/1': grey(2) }));
    expect(problem).toMatchObject({ code: 'images.mixed', path: 'd/test' });
  });
});

describe('pictures in one folder', () => {
  const two = { 'd/a.png': grey(1), 'd/b.png': grey(2), 'd/c.png': grey(3) };

  it('without labels are images alone', async () => {
    const table = await load(two);
    expect(table.columns.map(({ field }) => field.name)).toEqual(['image']);
    expect(table.count).toBe(3);
  });

  it('have the labels of the only table beside them, by name with or without ending', async () => {
    const table = await load({
      ...two,
      'd/labels.csv': 'image,label\nb.png,dog\na,cat\nx.png,cat\n',
    });
    expect(table.columns[1]?.field.classNames).toEqual(['cat', 'dog']);
    expect(labelsOf(table)).toEqual([1, 0]);
    expect(firstPixels(table)).toEqual([2, 1]);
    expect(table.notes).toContain('Named in the table, but not there: x.png.');
  });

  it('have the labels of the table and the columns that are named', async () => {
    const content = {
      ...two,
      'd/x.csv': '1\n',
      'd/y.tsv': 'kind\tpicture\tn\nq\ta.png\t1\nr\tb.png\t2\n',
    };
    const options = { labels: 'y.tsv', fileColumn: 'picture', labelColumn: 'kind' };
    const table = await load(content, options);
    expect(table.columns[1]?.field.classNames).toEqual(['q', 'r']);
    const problem = await problemOf(() => load(content, { ...options, labelColumn: 'sort' }));
    expect(problem).toMatchObject({ code: 'images.label-column', path: 'd/y.tsv' });
  });
});

describe('what pictures become', () => {
  it('is grey where all are, else colours, channels first', async () => {
    const pictures = plainDecoder();
    const table = await load({ 'd/a/1': grey(10), 'd/a/2': colour(20) }, {}, pictures);
    expect(table.columns[0]?.field.shape).toEqual([3, 2, 2]);
    expect([...(table.columns[0]?.stored ?? [])].slice(12)).toEqual(
      [20, 21, 22].flatMap((value) => [value, value, value, value]),
    );
    expect(pictures.asked).toEqual(['3x2x2 crop', '3x2x2 crop']);
  });

  it('is 64 by 64 where sizes differ or are large, and is said', async () => {
    const table = await load({ 'd/a/1': colour(1), 'd/a/2': colour(1, 5) });
    expect(table.columns[0]?.field.shape).toEqual([3, 64, 64]);
    expect(table.notes).toContain(
      'Pictures are in colours, 64 high and 64 wide; the files have 2 different sizes.',
    );
  });

  it('is as the options say; a missing side is as the other', async () => {
    const pictures = plainDecoder();
    const options = { height: 3, width: 0, channels: 'colour', fit: 'pad' };
    const table = await load({ 'd/a/1': grey(7) }, options, pictures);
    expect(table.columns[0]?.field.shape).toEqual([3, 3, 3]);
    expect(pictures.asked).toEqual(['3x3x3 pad']);
  });

  it('is refused before the first is decoded where all would not fit', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 700 }, (_, i) => [`d/a/${i}`, grey(1)] as const),
    );
    const pictures = plainDecoder();
    const options = { height: 1024, channels: 'colour' };
    const problem = await problemOf(() => load(many, options, pictures));
    expect(problem).toMatchObject({ code: 'images.too-large', path: 'd' });
    expect(problem?.explanation).toContain('Of this size 677 fit');
    expect(pictures.asked).toEqual([]);
  });
});

describe('what is left out', () => {
  it('is counted and named, the rest is read in order', async () => {
    const table = await load({
      'd/a/1.png': grey(1),
      'd/a/2.png': DAMAGED,
      'd/a/3.png': grey(3),
      'd/a/4.png': '',
      'd/b/1.png': DAMAGED,
      'd/b/2.png': grey(5),
      'd/b/.DS_Store': 'x',
      'd/readme.txt': 'x',
    });
    expect(firstPixels(table)).toEqual([1, 3, 5]);
    expect(labelsOf(table)).toEqual([0, 0, 1]);
    expect(table.notes).toEqual([
      'Pictures are grey, 2 high and 2 wide, as the files are.',
      '4 files are left out.',
      'It is damaged: a/2.png, b/1.png.',
      'Beside the folders of classes: readme.txt.',
      'Empty: a/4.png.',
    ]);
  });

  it('may not be everything', async () => {
    const problem = await problemOf(() => load({ 'd/a/1.png': DAMAGED }));
    expect(problem).toMatchObject({ code: 'images.none', path: 'd' });
    expect(problem?.explanation).toContain('It is damaged: a/1.png.');
  });

  it('may be most of each split: a limit takes evenly spread ones', async () => {
    const names = Array.from({ length: 10 }, (_, i) => i);
    const content = Object.fromEntries([
      ...names.map((i) => [`d/train/${i < 5 ? 'a' : 'b'}/${i}`, grey(i)] as const),
      ['d/test/a/1', grey(50)],
    ]);
    const table = await load(content, { limit: 4 });
    expect(table).toMatchObject({ count: 5, testStart: 4 });
    expect(labelsOf(table)).toEqual([0, 0, 1, 1, 0]);
  });

  it('is nothing where the host cannot decode: that is said', async () => {
    const files = memoryFiles({ 'd/a/1': grey(1) });
    const problem = await problemOf(() => loadData('images:d', {}, files));
    expect(problem).toMatchObject({ code: 'images.no-decoder' });
  });
});
