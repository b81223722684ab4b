// Everything that is checked without running the product: format, lint, types, boundaries, sizes, and the tests that
// read the sources (derived files, paths in comments, documented options). Used by `npm run check`, the git hook and
// `npm test`.
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { captureTool, projectNode, ROOT } from './project.mjs';

const TYPESCRIPT = join(ROOT, 'node_modules', 'typescript-7', 'bin', 'tsc');
const FOLDERS = ['src-engine', 'src-main', 'src-player', 'src-renderer'];
const isTyped = (file) => /^(src-|test\/).*\.tsx?$/.test(file);
const isScript = (file) => /\.(mjs|cjs|js)$/.test(file);
const isSource = (file) => /^src-.*\.tsx?$/.test(file);

/**
 * @typedef {object} Check
 * @property {string} name
 * @property {(files: readonly string[] | null) => readonly [string, readonly string[]] | null} command
 *   Of the files named, or of all of them where that is null; null where none of the files is its business.
 */

/** The slowest first: what is left is done beside them. @type {readonly Check[]} */
export const CHECKS = [
  {
    name: 'lint',
    command(files) {
      const named = files?.filter(isTyped);
      if (named?.length === 0) return null;
      // Of a few files the types are checked while they are at hand anyway.
      return ['oxlint', named ? ['--type-check', ...named] : []];
    },
  },
  {
    // They are in no project of TypeScript's.
    name: 'lint of scripts',
    command(files) {
      const named = files?.filter(isScript) ?? [];
      return named.length === 0 ? null : ['oxlint', named];
    },
  },
  {
    name: 'types',
    command: (files) => (files ? null : [projectNode(), [TYPESCRIPT, '--build']]),
  },
  {
    name: 'sources',
    command(files) {
      const named = files ? ['test/static/documentation.test.ts'] : [];
      return ['vitest', ['run', '--project', 'static', '--reporter', 'dot', ...named]];
    },
  },
  {
    name: 'lookups',
    command(files) {
      const named = files?.filter(isSource);
      if (named?.length === 0) return null;
      return [projectNode(), [join(ROOT, 'test/tooling/lint/ownLookup.ts'), ...(named ?? [])]];
    },
  },
  {
    name: 'boundaries',
    command(files) {
      if (files && !files.some(isSource)) return null;
      const options = ['--config', 'test/tooling/dependency-cruiser.config.cjs'];
      const cache = ['--cache', 'node_modules/.cache/boundaries', '--cache-strategy', 'content'];
      return ['depcruise', [...options, ...cache, ...FOLDERS]];
    },
  },
  {
    name: 'format',
    command: (files) => ['oxfmt', ['--check', '--no-error-on-unmatched-pattern', ...(files ?? [])]],
  },
  { name: 'size', command: () => [projectNode(), [join(ROOT, 'scripts', 'size.mjs')]] },
];

/**
 * Runs them side by side, as many as there are cores; what one says is printed where it fails.
 * @param {readonly string[] | null} files
 * @param {(line: string) => void} say
 * @param {{ readonly but?: string }} [options] One that is left out.
 * @returns {Promise<readonly { readonly name: string, readonly passed: boolean }[]>}
 */
export async function runChecks(files, say, { but } = {}) {
  const waiting = CHECKS.filter(({ name }) => name !== but).flatMap(({ name, command }) => {
    const line = command(files);
    return line === null ? [] : [{ name, line }];
  });
  const results = [];
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const { name, line } = next;
      const started = performance.now();
      const { code, output } = await captureTool(line[0], line[1]);
      if (code !== 0) process.stderr.write(output);
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      say(`${name} ${code === 0 ? 'passed' : 'failed'} in ${seconds} s`);
      results.push({ name, passed: code === 0 });
    }
  };
  await Promise.all(Array.from({ length: Math.max(2, availableParallelism()) }, work));
  return results;
}
