/** Rule: the lint rule `netloom/own-lookup` refuses lookups by any text in a plain record, and nothing else. */
import { join } from 'node:path';
import { ESLint } from 'eslint';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..', '..');
// Any file of a project, so that the types are known.
const FILE = join(ROOT, 'src-engine', 'ir', 'naming.ts');
const eslint = new ESLint({
  cwd: ROOT,
  overrideConfig: {
    // With CI=true the parser takes a file's types from the disk once, and never those of the text here.
    languageOptions: { parserOptions: { disallowAutomaticSingleRunInference: true } },
    rules: { '@typescript-eslint/no-unused-vars': 'off' },
  },
  ruleFilter: ({ ruleId }) => ruleId === 'netloom/own-lookup',
});
const HEAD = `
type R = Readonly<Record<string, number>>;
export function f(r: R, o: { readonly a: number }, n: string, k: 'a' | 'b', u: R | undefined, w: Record<string, number>, l: readonly number[], i: number, t: Record<'a' | 'b', number>, m: ReadonlyMap<string, number>) {
`;

async function reports(line: string): Promise<readonly (string | undefined)[]> {
  const [result] = await eslint.lintText(`${HEAD}${line}\n}\n`, { filePath: FILE });
  if (result?.fatalErrorCount) throw new Error(JSON.stringify(result.messages));
  return (result?.messages ?? []).map(({ messageId }) => messageId);
}

test.each([
  ['return r[n];', ['read']],
  ['return u?.[n];', ['read']],
  ['return r[n] ?? 1;', ['read']],
  ['w[n] = 1;', ['write']],
  ['delete w[n];', ['write']],
  ['return n in o;', ['read']],
  ["return r['a'];", []],
  ['return t[k];', []],
  ['return l[i];', []],
  ['return m.get(n);', []],
  ["return 'a' in o;", []],
  ['return Object.hasOwn(r, n);', []],
])('%s', async (line, wanted) => {
  expect(await reports(line)).toEqual(wanted);
});
