/**
 * Rule: folders that serve every layer name none. A layer shows up everywhere by its registry entry alone;
 * the few places whose business is to put a certain layer into a graph are listed with the reason.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LAYER_CATEGORIES } from '#engine/layers/define.ts';
import { layers } from '#engine/layers/index.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const FOLDERS = ['src-engine', 'src-main', 'src-player', 'src-renderer'];

const ALLOWED: Readonly<Record<string, string>> = {
  'src-engine/check/layerFixes.ts':
    'a width is set by inserting a Linear layer where there is none',
  'src-main/cli/bench/workloads.ts': 'the networks that are timed are networks',
  'src-engine/check/objectives.ts': 'proposes a loss and the data where a network has none',
};
/** Operators of ONNX, some of which are called as layers are; elsewhere they stand in a call of `op`. */
const OTHERS_WORDS = 'src-engine/export/onnx/';
// Also categories, and words of the interface.
const AMBIGUOUS = new Set<string>([
  ...LAYER_CATEGORIES,
  'Add',
  'Fold',
  'Mean',
  'Split',
  'Threshold',
  'Unfold',
]);

test('no layer is named outside its file', () => {
  const names = [...layers.keys()].filter((type) => !AMBIGUOUS.has(type));
  const pattern = new RegExp(`(?<!\\.op\\()['"](${names.join('|')})['"]`);
  const found = FOLDERS.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.tsx?$/.test(file))
      .map((file) => `${folder}/${file.replaceAll('\\', '/')}`)
      .filter((file) => !file.startsWith('src-engine/layers/') && !file.startsWith(OTHERS_WORDS))
      .filter((file) => pattern.test(readFileSync(join(ROOT, file), 'utf8'))),
  );
  expect(found.toSorted()).toEqual(Object.keys(ALLOWED).toSorted());
});
