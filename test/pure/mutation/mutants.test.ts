/**
 * Rules: a mutant is one change, of what a test can tell and not of what people read; with all switches off a file does
 * what it did, and with one on what that change alone does; the same seed draws the same mutants.
 */
import { expect, test } from 'vitest';
import { draw, type Mutant } from '#test/mutation/mutants.ts';
import { editsOf } from '#test/mutation/operators.ts';
import { SWITCH, withSwitches } from '#test/mutation/switches.ts';

const changes = (source: string): readonly string[] =>
  editsOf('a.ts', source).map(({ change }) => change);

test.each<readonly [source: string, ...changes: string[]]>([
  ['f(a < b);', 'without f(a < b);', '<= instead of <', '>= instead of <'],
  ['const x = a === b;', '!== instead of ==='],
  ['const x = a + b * c;', '- instead of +', '/ instead of *'],
  ['const x = a && !b;', '|| instead of &&', 'without !'],
  ['const x = a ?? b;', 'without ?? b', 'always b'],
  ['const x = a?.b.c;', 'without ?. after a'],
  ['const x = a ? b : c;', 'negated'],
  ['const x = [0, 1];', '1 instead of 0', '0 instead of 1'],
  ['const x = 20 - -a;', '+ instead of -', '21 instead of 20', 'without -'],
  ['const x = a.every(f);', 'some instead of every'],
  ['const x = Math.min(a, b);', 'max instead of min'],
  ['const x = Math.abs(a);', 'without Math.abs'],
  ['const x = a.filter(f).map(g);', 'without .filter()'],
  ["const x = { kind: 'int' };", "'' instead of 'int'"],
  ['const x = true;', 'false instead of true'],
  ['if (a) return;', 'negated', 'without return;'],
  ['for (;;) { a += b; break; }', 'without a += b;', '-= instead of +=', 'without break;'],
])('%s is changed in one place at a time', (source, ...expected) => {
  expect(changes(source)).toEqual(expected);
});

test.each<readonly [why: string, source: string]>([
  ['a message', "const x = 'Two rows.';"],
  ['what is part of a message', 'const x = { message: `${names.slice} ${20}` };'],
  ['a label', "const x = { label: 'Rows' };"],
  ['a table of numbers', 'const x = [0.1, -0.2, 0.3];'],
  [
    'the fallback of an index, but for its being taken always',
    "const x = row[i] ?? { k: 0, t: 'a' };",
  ],
  ['the fallback of a place in a list', 'const [x = 1] = row;'],
  ['what cannot happen', 'throw new Error(`no ${node}`);'],
  ['a type', "type X = 'a' | 0; import { y } from './y.ts';"],
  ['what the bundler reads', "const x = import.meta.glob('./*.ts', { eager: true });"],
  ['the step of a loop', 'for (const i of x) for (; ; i++) {}'],
])('%s is left alone', (_, source) => {
  expect(changes(source).filter((change) => !change.startsWith('always'))).toEqual([]);
});

test('with every switch off a file computes what it did, and with one on what the edit alone computes', () => {
  const source = `
    let sum = 0;
    for (const [i, x] of list.entries()) {
      if (x === undefined || (x > 2 && i !== 1)) continue;
      sum += own?.scale.x * Math.max(x ?? 0, -x) - (list.some((y) => y < i) ? 1 : 0.5);
      if (sum > 100) break;
    }
    return sum;`;
  const list = [1, undefined, 2, -3, 200, 7, 2.5, -90];
  const own = { scale: { x: 3 } };
  const results = (code: string): ((active: number) => unknown) => {
    // Of the text above, to which nothing is added.
    // eslint-disable-next-line @typescript-eslint/no-implied-eval
    const run = new Function('list', 'own', SWITCH, code) as (...given: unknown[]) => unknown;
    return (active) => run(list, own, (id: number) => id === active);
  };
  const mutants = editsOf('a.ts', source).map(({ kind, node, text }, id) => {
    const [start, end] = [node.getStart(), node.getEnd()];
    return { id, start, end, text, isStatement: kind === 'statement' };
  });
  const switched = results(withSwitches(source, mutants));
  expect(mutants.length).toBeGreaterThan(20);
  expect(switched(-1)).toEqual(results(source)(-1));
  for (const { id, start, end, text } of mutants) {
    const edited = source.slice(0, start) + text + source.slice(end);
    expect(switched(id), edited).toEqual(results(edited)(-1));
  }
});

test('a draw is the same for a seed, and stays so for what an edit elsewhere does not touch', () => {
  const named = (name: string): Mutant => {
    const place = { file: 'a.ts', start: 0, end: 1, text: '', isStatement: false, line: 1 };
    return { ...place, kind: 'constant', change: name, code: name, key: name };
  };
  const mutants = Array.from({ length: 50 }, (_, i) => named(`m${i}`));
  const drawn = draw(mutants, 20, 1).map(({ key }) => key);
  expect(draw(mutants.toReversed(), 20, 1).map(({ key }) => key)).toEqual(drawn);
  expect(draw(mutants, 20, 2).map(({ key }) => key)).not.toEqual(drawn);
  const without = mutants.filter(({ key }) => key !== drawn[3]);
  expect(draw(without, 19, 1).map(({ key }) => key)).toEqual(drawn.toSpliced(3, 1));
});
