/** Rules of recipes: a path that a comment or a page of documentation names is there; README lists what one can choose. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { metrics } from '#engine/metrics/index.ts';
import { placedSettings } from '#engine/ir/settings.ts';
import { trainingSchema } from '#engine/ir/trainingSettings.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const text = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const COMMENT = /\/\*\*?[\s\S]*?\*\/|\/\/.*$/gm;
const PATH = /(?<![\w.])(?:src-(?:engine|main|renderer)|test|resources|scripts)\/[\w./-]+/g;

/** Without what stands for a name (`NAME.ts`, `TYPE.json`) and the dot that ends a sentence. */
function pathsIn(words: string): readonly string[] {
  return (words.match(PATH) ?? [])
    .map((path) => path.replace(/[./]+$/, ''))
    .filter((path) => !/\/[A-Z]{2,}\b/.test(path));
}

test('every path that a comment names exists', () => {
  const files = globSync(['src-*/**/*.{ts,tsx}', 'test/**/*.{ts,tsx}', 'scripts/**/*.mjs'], {
    cwd: ROOT,
  });
  expect(files.length).toBeGreaterThan(500);
  const wrong = files.flatMap((file) =>
    pathsIn((text(file).match(COMMENT) ?? []).join('\n'))
      .filter((path) => !existsSync(join(ROOT, path)))
      .map((path) => `${file}: ${path}`),
  );
  expect(wrong).toEqual([]);
});

test('every path in the documentation exists, and every page that it links to', () => {
  const pages = ['README.md', ...globSync('resources/docs/**/*.md', { cwd: ROOT })];
  const wrong = pages.flatMap((page) => {
    const links = [...text(page).matchAll(/\]\(([^)#:]+)\)/g)].map(([, to]) =>
      relative(ROOT, join(ROOT, dirname(page), to ?? '')),
    );
    return [...pathsIn(text(page)), ...links]
      .filter((path) => !existsSync(join(ROOT, path)))
      .map((path) => `${page}: ${path}`);
  });
  expect(wrong).toEqual([]);
});

test('README names every option of training and every metric', () => {
  const readme = text('README.md');
  const flags = placedSettings(trainingSchema).flatMap(({ setting }) => setting.flag?.name ?? []);
  expect(flags.length).toBeGreaterThan(8);
  expect(flags.filter((flag) => !readme.includes(`--${flag}`))).toEqual([]);
  const words = new Set(readme.match(/[\w-]+/g));
  expect([...metrics.keys()].filter((id) => !words.has(id))).toEqual([]);
});

test('a switch of the command line turns something on: it is off without', () => {
  const switches = placedSettings(trainingSchema).filter(
    ({ setting }) => setting.flag && setting.flag.value === undefined,
  );
  expect(switches.map(({ setting }) => 'default' in setting && setting.default)).toEqual(
    switches.map(() => false),
  );
});
