/** The command `npm run mutants`; see scripts/mutants.mjs. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { EQUIVALENTS } from './equivalents.ts';
import { judge } from './judge.ts';
import { draw, mutantsOf, sourcesIn } from './mutants.ts';
import { rowsOf, scoreText, tableOf } from './report.ts';
import { FOLDER, ROOT } from './work.ts';

const FOLDERS = ['check', 'datasets', 'metrics', 'schedules', 'runs'].map(
  (name) => `src-engine/${name}`,
);
const LOWEST_PRIORITY = 19;

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '300' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
    tests: { type: 'string', default: '' },
    list: { type: 'boolean', default: false },
  },
});

const say = (message: string): void => console.log(`[mutants] ${message}`);
const all = sourcesIn(ROOT, FOLDERS)
  .filter((file) => file.includes(values.only))
  .flatMap((file) => mutantsOf(ROOT, file));
const drawn = draw(all, Number(values.count), Number(values.seed));
say(`${drawn.length} of ${all.length} mutants, seed ${values.seed}`);
if (values.list) {
  for (const { file, line, code, change } of drawn)
    console.log(`${file}:${line} | ${code} | ${change}`);
} else {
  // Whoever works on the machine goes first.
  setPriority(LOWEST_PRIORITY);
  mkdirSync(FOLDER, { recursive: true });
  const startedMs = Date.now();
  const rows = rowsOf(await judge(drawn, values.tests, say), EQUIVALENTS);
  const [json, table] = ['report.json', 'report.md'].map((name) => join(FOLDER, name));
  const { count, seed, only } = values;
  const report = { count: Number(count), seed: Number(seed), only, of: all.length, rows };
  writeFileSync(json ?? '', `${JSON.stringify(report, null, 2)}\n`);
  writeFileSync(table ?? '', tableOf(rows));
  for (const row of rows.filter(({ state }) => state === 'survived')) {
    say(`survived: ${row.file}:${row.line} | ${row.code} | ${row.change}`);
  }
  const minutes = ((Date.now() - startedMs) / 60_000).toFixed(1);
  say(`${scoreText(rows)} in ${minutes} min; see ${relative(ROOT, FOLDER)}`);
}
