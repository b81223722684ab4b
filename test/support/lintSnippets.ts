/**
 * For each rule of oxlint.config.ts a piece of code that it refuses. Where a rule holds in some folders only, the code
 * stands in one of them.
 */

export interface LintSnippet {
  readonly rule: string;
  readonly code: string;
  /** Where it stands, from the root. */
  readonly file: string;
}

const inFile =
  (name: (rule: string) => string) =>
  ([rule, code]: readonly [string, string]): LintSnippet => ({ rule, code, file: name(rule) });
const plain = (rule: string): string => rule.replace(/\W/g, '_');

/** What is wrong in any language of the family. */
const RECOMMENDED: readonly (readonly [rule: string, code: string])[] = [
  ['for-direction', 'for (let i = 0; i < 10; i--) use(i);'],
  ['no-async-promise-executor', 'use(new Promise(async (done) => done(await later)));'],
  ['no-case-declarations', 'switch (n) { case 1: let x = 2; use(x); }'],
  ['no-compare-neg-zero', 'use(n === -0);'],
  ['no-cond-assign', 'let x; if (x = n) use(x);'],
  ['no-constant-binary-expression', 'use((n + 1) ?? 2);'],
  ['no-constant-condition', 'if (true) use(n);'],
  ['no-control-regex', 'use(/\\x1f/);'],
  ['no-debugger', 'debugger;'],
  ['no-dupe-else-if', 'if (n > 1) use(1); else if (n > 1) use(2);'],
  ['no-duplicate-case', 'switch (n) { case 1: break; case 1: break; }'],
  ['no-empty', 'if (n > 1) {}'],
  ['no-empty-character-class', 'use(/a[]/);'],
  ['no-empty-pattern', 'const {} = box; use(n);'],
  ['no-empty-static-block', 'use(class { static {} });'],
  ['no-ex-assign', 'try { use(n); } catch (error) { error = 1; use(error); }'],
  ['no-extra-boolean-cast', 'if (!!n) use(n);'],
  ['no-fallthrough', 'switch (n) { case 1: use(1); case 2: use(2); }'],
  ['no-global-assign', 'Object = n;'],
  ['no-invalid-regexp', "use(new RegExp('['));"],
  ['no-irregular-whitespace', 'use(\u00a0n);'],
  ['no-loss-of-precision', 'use(5123000000000000000000000000001);'],
  ['no-misleading-character-class', 'use(/[\u{1f44d}]/);'],
  ['no-prototype-builtins', "use(box.hasOwnProperty('a'));"],
  ['no-regex-spaces', 'use(/a  b/);'],
  ['no-self-assign', 'let x = n; x = x; use(x);'],
  ['no-shadow-restricted-names', 'export const f = (undefined) => use(undefined);'],
  ['no-sparse-arrays', 'use([1, , 2]);'],
  ['no-unassigned-vars', 'let x; use(x);'],
  ['no-unexpected-multiline', 'const x = use\n(n);\nuse(x);'],
  ['no-unsafe-finally', 'export function f() { try { use(n); } finally { return 1; } }'],
  ['no-unsafe-optional-chaining', '(box?.a)();'],
  ['no-unused-labels', 'here: use(n);'],
  ['no-unused-private-class-members', 'use(class { #a = 1; });'],
  ['no-useless-assignment', 'let x = 1; x = n; use(x);'],
  ['no-useless-backreference', 'use(/(?:\\1(a))/);'],
  ['no-useless-catch', 'try { use(n); } catch (error) { throw error; }'],
  ['no-useless-escape', "use('\\a');"],
  ['preserve-caught-error', "try { use(n); } catch (error) { use(error); throw new Error('no'); }"],
  ['require-yield', 'export function* f() { return 1; }'],
  ['use-isnan', 'use(n === NaN);'],
  ['valid-typeof', "use(typeof n === 'nunber');"],
];
/** A strict parser refuses these, in modules and TypeScript alike. */
const SLOPPY: readonly (readonly [rule: string, code: string])[] = [
  ['no-delete-var', 'var x = 1; delete x;'],
  ['no-nonoctal-decimal-escape', "use('\\8');"],
];
const PLAIN_JAVASCRIPT: readonly (readonly [rule: string, code: string])[] = [
  ['constructor-super', 'use(class extends Object { constructor() { use(n); } });'],
  ['getter-return', 'use({ get a() { use(n); } });'],
  ['no-class-assign', 'class A {} A = n; use(A);'],
  ['no-const-assign', 'const x = 1; x = n; use(x);'],
  ['no-dupe-class-members', 'use(class { a() { use(n); } a() { use(n); } });'],
  ['no-dupe-keys', 'use({ a: 1, a: 2 });'],
  ['no-func-assign', 'function f() { use(n); } f = n; f();'],
  ['no-import-assign', "import { join } from 'node:path'; join = n;"],
  ['no-new-native-nonconstructor', "use(new Symbol('a'));"],
  ['no-obj-calls', 'use(Math());'],
  ['no-redeclare', 'var x = 1; var x = 2; use(x);'],
  ['no-setter-return', 'use({ set a(x) { return x; } });'],
  ['no-this-before-super', 'use(class extends Object { constructor() { this.a = 1; super(); } });'],
  ['no-undef', 'use(nobody);'],
  ['no-unreachable', 'export function f() { return 1; use(n); }'],
  ['no-unsafe-negation', 'use(!n in box);'],
  ['no-unused-vars', 'const x = 1;'],
];
const TYPESCRIPT: readonly (readonly [rule: string, code: string])[] = [
  ['no-var', 'var x = n; use(x);'],
  ['prefer-const', 'let x = n; use(x);'],
  ['prefer-rest-params', 'export function f(): void { use(arguments[0]); }'],
  ['prefer-spread', 'const all = [n]; use.apply(undefined, all);'],
  ['no-unused-vars', 'const x = 1;'],
  ['no-array-constructor', 'use(new Array(0, 1));'],
  ['no-unused-expressions', 'n + 1;'],
  ['eqeqeq', 'use(n == 1);'],
  ['no-console', 'console.log(n);'],
  ['no-restricted-imports', "import papaparse from 'papaparse'; use(papaparse);"],
  ['typescript/await-thenable', 'export const f = async () => { await n; };'],
  ['typescript/ban-ts-comment', '// @ts-ignore\nuse(n);'],
  ['typescript/no-array-delete', 'const x = [1]; delete x[0];'],
  ['typescript/no-base-to-string', 'use(String({}));'],
  ['typescript/no-duplicate-enum-values', 'export enum E { A = 1, B = 1 }'],
  ['typescript/no-duplicate-type-constituents', "export type T = 'a' | 'a';"],
  ['typescript/no-empty-object-type', 'export type T = {};'],
  ['typescript/no-explicit-any', 'export const f = (x: any): void => use(x);'],
  ['typescript/no-extra-non-null-assertion', 'const x: number | null = maybe; use(x!!);'],
  ['typescript/no-floating-promises', 'later;'],
  ['typescript/no-for-in-array', 'for (const i in [1]) use(i);'],
  ['typescript/no-implied-eval', "setTimeout('use()', 1);"],
  ['typescript/no-misused-new', 'export interface T { constructor(): void }'],
  ['typescript/no-misused-promises', 'if (later) use(n);'],
  ['typescript/no-namespace', 'export namespace N { export const a = 1; }'],
  ['typescript/no-non-null-asserted-optional-chain', 'use(box?.a!);'],
  ['typescript/no-redundant-type-constituents', 'export type T = unknown | string;'],
  ['typescript/no-require-imports', "import x = require('x'); use(x);"],
  ['typescript/no-this-alias', 'export function f(this: object): void { const x = this; use(x); }'],
  ['typescript/no-unnecessary-type-assertion', 'use(n as number);'],
  ['typescript/no-unnecessary-type-constraint', 'export type T<A extends unknown> = A;'],
  ['typescript/no-unsafe-argument', 'Math.max(anything);'],
  ['typescript/no-unsafe-assignment', 'const x = anything; use(x);'],
  ['typescript/no-unsafe-call', 'anything();'],
  ['typescript/no-unsafe-declaration-merging', 'export interface A { a: 1 } export class A {}'],
  [
    'typescript/no-unsafe-enum-comparison',
    'export enum E { A } export const f = (e: E) => e === 0;',
  ],
  ['typescript/no-unsafe-function-type', 'export type T = Function;'],
  ['typescript/no-unsafe-member-access', 'use(anything.a);'],
  ['typescript/no-unsafe-return', 'export const f = (): number => anything;'],
  ['typescript/no-unsafe-unary-minus', "use(-'a');"],
  ['typescript/no-wrapper-object-types', 'export type T = String;'],
  ['typescript/only-throw-error', "export function f(): void { throw 'no'; }"],
  ['typescript/prefer-as-const', "const x: 'a' = 'a'; use(x);"],
  ['typescript/prefer-namespace-keyword', 'export declare module N {}'],
  ['typescript/prefer-promise-reject-errors', "use(Promise.reject('no'));"],
  ['typescript/restrict-plus-operands', 'use(1n + n);'],
  ['typescript/restrict-template-expressions', 'use(`${box}`);'],
  ['typescript/triple-slash-reference', '/// <reference path="./zzShared.ts" />\nuse(n);'],
  [
    'typescript/unbound-method',
    'class A { a(): A { return this; } } const { a } = new A(); use(a);',
  ],
  [
    'typescript/switch-exhaustiveness-check',
    "export function f(x: 'a' | 'b'): void { switch (x) { case 'a': use(1); } }",
  ],
  [
    'typescript/consistent-type-imports',
    "import { Box } from './zzShared.ts'; export const f = (x: Box) => x;",
  ],
  [
    'typescript/no-import-type-side-effects',
    "import { type Box } from './zzShared.ts'; export type T = Box;",
  ],
  [
    'typescript/prefer-readonly',
    'export class A { private a = 1; b(): number { return this.a; } }',
  ],
];
const HOOKS = "import { useEffect, useState } from 'react';\n";

export const LINT_SNIPPETS: readonly LintSnippet[] = [
  ...RECOMMENDED.map(inFile((rule) => `src-engine/zz/${plain(rule)}.mjs`)),
  ...SLOPPY.map(inFile((rule) => `src-engine/zz/${plain(rule)}.cjs`)),
  ...PLAIN_JAVASCRIPT.map(inFile((rule) => `src-engine/zz/plain_${plain(rule)}.mjs`)),
  ...TYPESCRIPT.map(inFile((rule) => `src-engine/zz/${plain(rule)}.ts`)),
  {
    rule: 'react/rules-of-hooks',
    file: 'src-renderer/zz/rules.tsx',
    code: `${HOOKS}export function A(): null { if (n > 1) useState(1); useEffect(() => undefined); return null; }`,
  },
  {
    rule: 'react/exhaustive-deps',
    file: 'src-renderer/zz/deps.tsx',
    code: `${HOOKS}export function A({ a }: { readonly a: number }): null { useEffect(() => use(a), []); useState(1); return null; }`,
  },
  {
    rule: 'netloom/import-path',
    code: "import '#engine/zz/zzShared.ts';",
    file: 'src-engine/zz/path.ts',
  },
  {
    rule: 'netloom/thrown',
    code: 'use(box instanceof Error ? box.message : n);',
    file: 'src-engine/zz/thrown.ts',
  },
  {
    rule: 'netloom/layer-category',
    code: 'export const f = (d: { readonly category: string }): string => d.category;',
    file: 'src-engine/zz/category.ts',
  },
  { rule: 'netloom/fixed-wait', file: 'test/zz/wait.ts', code: 'setTimeout(() => use(n), 50);' },
];
