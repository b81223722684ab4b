/** A tree of its own with the project's lint rules, in which code is planted and linted. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { temporaryFolder } from './cli.ts';

const ROOT = resolve(import.meta.dirname, '..', '..');
/** Netloom's own Node: an older one does not read the configuration. */
const NODE = join(ROOT, 'node_modules', '.bin', 'node');
const FOLDERS = ['src-engine', 'src-main', 'src-player', 'src-renderer'];
const COPIED = [
  ...['oxlint.config.ts', 'package.json', 'tsconfig.base.json', 'test/tooling/lint'],
  ...[...FOLDERS.map((name) => `${name}/tsconfig.json`), 'src-engine/env.d.ts'],
];

export interface Finding {
  readonly file: string;
  /** As the configuration names it; empty of what the parser says. */
  readonly rule: string;
}

export interface LintTree {
  plant(file: string, code: string): void;
  read(file: string): string;
  /** What oxlint finds in the folders of the product and in `test`, once it has mended what it was asked to. */
  lint(options?: { readonly fix?: boolean }): readonly Finding[];
  /** The lines that the rule `netloom/own-lookup` prints. */
  lookups(): readonly string[];
  remove(): void;
}

/** `eslint(no-var)` and `netloom(thrown)` are the rules `no-var` and `netloom/thrown`. */
function ruleOf(code: string): string {
  const [, plugin = '', name = ''] = /^([\w-]+)\(([\w-]+)\)$/.exec(code) ?? [];
  if (plugin === 'eslint' || plugin === '') return name;
  return `${plugin.replace('react-hooks', 'react')}/${name}`;
}

export function lintTree(): LintTree {
  const folder = temporaryFolder();
  const tree = folder.path;
  for (const name of COPIED) cpSync(join(ROOT, name), join(tree, name), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(tree, 'node_modules'));
  const run = (args: readonly string[]) =>
    spawnSync(NODE, args, { cwd: tree, encoding: 'utf8', maxBuffer: 2 ** 26 });
  return {
    plant(file, code) {
      mkdirSync(join(tree, dirname(file)), { recursive: true });
      writeFileSync(join(tree, file), code);
    },
    read: (file) => readFileSync(join(tree, file), 'utf8'),
    lint({ fix = false } = {}) {
      const oxlint = join(ROOT, 'node_modules', 'oxlint', 'bin', 'oxlint');
      const options = ['--format=json', ...(fix ? ['--fix'] : [])];
      const { stdout } = run([oxlint, ...options, ...FOLDERS, 'test']);
      const { diagnostics } = JSON.parse(stdout) as {
        readonly diagnostics: readonly { readonly code?: string; readonly filename: string }[];
      };
      return diagnostics.map(({ code = '', filename }) => ({ file: filename, rule: ruleOf(code) }));
    },
    lookups() {
      const { stderr, status } = run([join(tree, 'test', 'tooling', 'lint', 'ownLookup.ts')]);
      const lines = stderr.split('\n').filter((line) => line !== '');
      if ((status === 0) !== (lines.length === 0))
        throw new Error(`ends with ${status}: ${stderr}`);
      return lines;
    },
    remove: () => folder.remove(),
  };
}
