/** Rules of our own lint rules: each refuses what it is for, where it holds, and nothing else. */
import { afterAll, describe, expect, test } from 'vitest';
import { lintTree } from '../support/lintTree.ts';

const tree = lintTree();
afterAll(() => tree.remove());

/** An import, and the one way to write it. */
const IMPORTS = [
  ['src-engine/ir/naming.ts', '#engine/ir/record.ts', './record.ts'],
  ['src-engine/ir/other.ts', '#engine/ops/ops.ts', '../ops/ops.ts'],
  ['src-engine/datasets/csv/rows.ts', '../../ir/record.ts', '#engine/ir/record.ts'],
  ['src-engine/datasets/csv/cells.ts', '#engine/datasets/define.ts', '../define.ts'],
  ['src-renderer/ui/format.ts', '#renderer/state/runs.ts', '../state/runs.ts'],
  ['src-main/cli/check.ts', '../../src-engine/ir/index.ts', '#engine/ir/index.ts'],
  ['src-engine/ir/near.ts', '../ops/ops.ts', '../ops/ops.ts'],
  ['src-engine/ir/package.ts', 'zod', 'zod'],
] as const;

const CATEGORY = 'export const f = (d: { readonly category: string }): string => d.category;\n';
const PATTERN =
  'export const g = ({ category }: { readonly category: string }): string => category;\n';
const CATEGORIES = [
  ['src-engine/check/heads.ts', CATEGORY, 1],
  ['src-engine/check/tails.ts', PATTERN, 1],
  ['src-renderer/canvas/NodeFigures.tsx', CATEGORY, 1],
  ['src-renderer/palette/Palette.tsx', CATEGORY, 0],
  ['src-renderer/ui/layerLook.tsx', CATEGORY, 0],
] as const;

const WAITS = [
  ['await new Promise((done) => setTimeout(done, 50));', 1],
  ['setInterval(() => undefined, 50);', 1],
  ['await page.waitForTimeout(100);', 1],
  ["await (await import('node:fs')).promises.stat('.');", 0],
  ['await new Promise((done) => setTimeout(done));', 0],
  ['await new Promise((done) => setTimeout(done, 0));', 0],
  ['expect(performance.now() - start).toBeLessThan(100);', 1],
  ['expect(elapsedMs()).not.toBeGreaterThan(100);', 1],
  ['expect(report.stepMs).toBeLessThanOrEqual(100);', 1],
  ['expect(report.steps).toBeLessThan(100);', 0],
  ['expect(startMs).toBe(100);', 0],
] as const;
const WAITING = `
import { expect } from 'vitest';
declare const page: { waitForTimeout(timeoutMs: number): Promise<void> };
declare const [start, startMs, elapsedMs]: [number, number, () => number];
declare const report: { readonly stepMs: number; readonly steps: number };
export const used = [page, start, startMs, elapsedMs, report, expect];
`;

const RECORDS = `
type R = Readonly<Record<string, number>>;
export function f(r: R, o: { readonly a: number }, n: string, k: 'a' | 'b', u: R | undefined, w: Record<string, number>, l: readonly number[], i: number, t: Record<'a' | 'b', number>, m: ReadonlyMap<string, number>, b: R & { readonly c: 1 }): unknown {
`;
const LOOKUPS = [
  ['return r[n];', 'read'],
  ['return u?.[n];', 'read'],
  ['return u![n];', 'read'],
  ['return r[n] ?? 1;', 'read'],
  ['return b[n];', 'read'],
  ['w[n] = 1;', 'write'],
  ['w[n] += 1;', 'write'],
  ['delete w[n];', 'write'],
  ['return n in o;', 'read'],
  ["return r['a'];", null],
  ['return t[k];', null],
  ['return l[i];', null],
  ['return m.get(n);', null],
  ["return 'a' in o;", null],
  ['return Object.hasOwn(r, n);', null],
] as const;
const MESSAGE = { read: 'own(record, name)', write: 'Object.fromEntries' } as const;

for (const [file, written] of IMPORTS) tree.plant(file, `import '${written}';\n`);
for (const [file, code] of CATEGORIES) tree.plant(file, code);
for (const [i, [code]] of WAITS.entries()) tree.plant(`test/zz/wait${i}.ts`, code + WAITING);
tree.plant('test/bench/wait.ts', WAITS[0][0] + WAITING);
// All folders that are read, and the one file that may ask.
for (const folder of ['src-main/cli', 'src-player', 'src-renderer/ui']) {
  tree.plant(`${folder}/lookup.ts`, `${RECORDS}return r[n];\n}\n`);
}
tree.plant('src-engine/ir/record.ts', `${RECORDS}return r[n];\n}\n`);
for (const [i, [line]] of LOOKUPS.entries()) {
  tree.plant(`src-engine/check/lookup${i}.ts`, `${RECORDS}${line}\n}\n`);
}

describe('with what oxlint finds', () => {
  const found = tree.lint({ fix: true });
  const count = (file: string, rule: string): number =>
    found.filter((each) => each.file === file && each.rule === rule).length;

  test.each(IMPORTS)('%s imports %s as %s', (file, _, wanted) => {
    expect(tree.read(file)).toBe(`import '${wanted}';\n`);
  });
  test.each(CATEGORIES)('in %s %s', (file, _, times) => {
    expect(count(file, 'netloom/layer-category')).toBe(times);
  });
  test.each(WAITS.map(([code, times], i) => [code, times, i] as const))('%s', (_, times, i) => {
    expect(count(`test/zz/wait${i}.ts`, 'netloom/fixed-wait')).toBe(times);
  });
  test('a benchmark may wait', () => {
    expect(count('test/bench/wait.ts', 'netloom/fixed-wait')).toBe(0);
  });
});

describe('own-lookup', () => {
  const lines = tree.lookups();
  const of = (file: string): readonly string[] => lines.filter((line) => line.startsWith(file));

  test.each(LOOKUPS.map(([line, kind], i) => [line, kind, i] as const))('%s', (_, kind, i) => {
    const found = of(`src-engine/check/lookup${i}.ts:`);
    expect(found).toHaveLength(kind === null ? 0 : 1);
    if (kind !== null) expect(found[0]).toContain(MESSAGE[kind]);
  });
  test('says where', () => {
    expect(of('src-engine/check/lookup0.ts:4: ')).toHaveLength(1);
  });
  test.each(['src-main/cli', 'src-player', 'src-renderer/ui'])('reads %s', (folder) => {
    expect(of(`${folder}/lookup.ts:`)).toHaveLength(1);
  });
  test('leaves ir/record.ts alone', () => {
    expect(of('src-engine/ir/record.ts')).toEqual([]);
  });
});
