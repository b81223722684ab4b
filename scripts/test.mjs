// `npm test`: sets up what is missing, runs every check and suite, and ends with one line,
// `N passed, N failed, N skipped`. Options follow `--`; see USAGE.
import { mkdirSync, rmSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { changedFiles, setHook } from './lib/git.mjs';
import { ensureInstalled } from './lib/project.mjs';
import { joined, slowestFiles } from './lib/reports.mjs';
import { GROUPS, REPORTS } from './lib/testGroups.mjs';

const NAMES = Object.keys(GROUPS);
const USAGE = `npm test -- [GROUP...] [options]
  GROUP, --group GROUP  only these groups: ${NAMES.join(', ')}
  --changed             only the tests that can reach a file that differs from main
  --repeat N            runs the groups N times, and lists what did not pass every time
  --python              also the tests that ask PyTorch, Keras and ruff (PYTHON names the interpreter)
  --slowest N           lists the N files that took longest
  --no-hook             leaves git's hooks as they are`;
const say = (message) => console.log(`[test] ${message}`);

function options() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        group: { type: 'string', multiple: true, default: [] },
        changed: { type: 'boolean', default: false },
        repeat: { type: 'string', default: '1' },
        python: { type: 'boolean', default: false },
        slowest: { type: 'string', default: '0' },
        'no-hook': { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    const groups = [...positionals, ...values.group];
    const unknown = groups.filter((name) => !NAMES.includes(name));
    if (unknown.length > 0) throw new Error(`There is no group ${unknown.join(', ')}.`);
    for (const name of ['repeat', 'slowest']) {
      if (!/^\d+$/.test(values[name])) throw new Error(`--${name} takes a number.`);
    }
    return { ...values, groups };
  } catch (error) {
    console.error(`${error.message}\n${USAGE}`);
    process.exit(2);
  }
}

const given = options();
if (given.help) {
  console.log(USAGE);
  process.exit(0);
}
if (!given['no-hook']) setHook();
// Derived files that are stale fail here; a single test run by hand writes them anew.
process.env.CI ??= 'true';
if (given.python) process.env.NETLOOM_TEST_PYTHON = '1';

ensureInstalled(say);
const { base, files: changed } = given.changed ? changedFiles() : { base: '', files: null };
if (changed) say(`${changed.length} files differ from ${base}`);

/** @returns one row a group: what it reported and how long it took. */
async function runAll() {
  rmSync(REPORTS, { recursive: true, force: true });
  mkdirSync(REPORTS, { recursive: true });
  const rows = [];
  for (const name of NAMES) {
    if (given.groups.length > 0 && !given.groups.includes(name)) continue;
    const started = performance.now();
    say(`${name} ...`);
    const report = await GROUPS[name]({ say, changed, base });
    rows.push({ name, report, seconds: (performance.now() - started) / 1000 });
    say(`${name} done in ${rows.at(-1).seconds.toFixed(1)} s`);
  }
  return rows;
}

const rounds = [];
for (let round = 1; round <= Number(given.repeat); round++) {
  if (Number(given.repeat) > 1) say(`round ${round} of ${given.repeat}`);
  rounds.push(await runAll());
}

const rows = rounds.flat();
const total = joined(rows.map(({ report }) => report));
/** Each line once, with how often it was there where that is more than once. */
function counted(lines) {
  const times = new Map();
  for (const line of lines) times.set(line, (times.get(line) ?? 0) + 1);
  return [...times].map(([line, count]) => (count > 1 ? `${line} (${count} times)` : line));
}
for (const [file, seconds] of slowestFiles(total).slice(0, Number(given.slowest))) {
  say(`${seconds.toFixed(1).padStart(7)} s ${file}`);
}
for (const { name, report, seconds } of rows) {
  const { passed, failed, skipped } = report;
  const counts = `${passed} passed, ${failed} failed, ${skipped} skipped`;
  say(`${name.padEnd(8)} ${seconds.toFixed(0).padStart(4)} s  ${counts}`);
}
for (const line of counted(total.failures)) say(`failed: ${line}`);
for (const line of counted(total.flaky)) say(`passed only the second time: ${line}`);
for (const name of NAMES.filter((each) => !rows.some(({ name }) => name === each))) {
  say(`skipped: the group ${name}, which was not asked for`);
}
for (const line of counted(total.notes)) say(`skipped: ${line}`);
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exit(total.failed === 0 ? 0 : 1);
