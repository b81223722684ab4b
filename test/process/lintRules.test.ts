/** Rule: each lint rule that is set refuses what it is for. A piece of code for each is planted in a tree of its own. */
import { afterAll, describe, expect, test } from 'vitest';
import config from '../../oxlint.config.ts';
import { LINT_SNIPPETS } from '../support/lintSnippets.ts';
import { lintTree } from '../support/lintTree.ts';

const HEAD_TYPES = `
export declare const n: number;
export declare const maybe: number | null;
export declare const box: { readonly a: number };
export declare const later: Promise<number>;
// oxlint-disable-next-line typescript/no-explicit-any
export declare const anything: any;
export declare function use(...values: readonly unknown[]): void;
`;
const HEAD_VALUES = `
const n = 1;
const box = { a: 1 };
const later = Promise.resolve(1);
const use = (...values) => values;
`;
/** What the code uses, behind it: some of the code must stand first. */
function headOf(file: string): string {
  if (/\.tsx?$/.test(file)) return HEAD_TYPES;
  return file.endsWith('.mjs') ? `${HEAD_VALUES}export { n, box, later, use };\n` : HEAD_VALUES;
}

const tree = lintTree();
afterAll(() => tree.remove());

describe('the rules of oxlint.config.ts', () => {
  tree.plant('src-engine/zz/zzShared.ts', 'export interface Box { readonly a: number }\n');
  for (const { file, code } of LINT_SNIPPETS) tree.plant(file, `${code}\n${headOf(file)}`);
  const found = new Set(tree.lint().map(({ file, rule }) => `${file}: ${rule}`));

  test.each(LINT_SNIPPETS.map(({ rule, file }) => [rule, file]))('%s in %s', (rule, file) => {
    expect(found).toContain(`${file}: ${rule}`);
  });

  test('are all shown to fire', () => {
    const set = [config, ...(config.overrides ?? [])].flatMap(({ rules = {} }) =>
      Object.entries(rules).flatMap(([rule, level]) => (level === 'off' ? [] : [rule])),
    );
    const shown = new Set(LINT_SNIPPETS.map(({ rule }) => rule));
    expect([...new Set(set)].filter((rule) => !shown.has(rule))).toEqual([]);
    expect(set.length).toBeGreaterThan(100);
  });
});
