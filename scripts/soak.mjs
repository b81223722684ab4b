// `npm run soak -- [RUNS]`: runs the whole of `npm test` beside two busy loops, as often as is said (once), and appends a
// line for each run to soak.log beside the documentation. A run says something of a tree: the count of good runs begins anew
// when product or tests change, whatever the commit.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { git } from './lib/git.mjs';
import { ROOT } from './lib/project.mjs';

const LOG = join(ROOT, 'resources', 'docs', 'soak.log');
const BUSY = 2;
/** Changes of these are none of product or tests. */
const ASIDE = /^(resources\/docs\/|README\.md$|LICENSE$)/;

/** The commit, and a digest of all files but the documentation; refuses a tree that differs from its commit. */
function tree() {
  const changed = git(ROOT, 'status', '--porcelain', '--', ':!resources/docs/soak.log');
  if (changed?.trim() !== '') {
    console.error('[soak] commit what has changed first: a run is on record by its commit');
    process.exit(2);
  }
  const files = (git(ROOT, 'ls-tree', '-r', 'HEAD') ?? '')
    .split('\n')
    .filter((line) => line !== '' && !ASIDE.test(line.split('\t')[1] ?? ''));
  const digest = createHash('sha256').update(files.join('\n')).digest('hex').slice(0, 12);
  return { commit: git(ROOT, 'rev-parse', '--short=9', 'HEAD')?.trim(), digest };
}

/** The last line of `npm test`, what failed, what passed only the second time, and how long it took. */
async function testOnce() {
  const started = performance.now();
  const child = spawn('npm', ['test'], { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    process.stdout.write(text);
    output += text;
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  const lines = output.trimEnd().split('\n');
  const told = (start) => lines.filter((line) => line.startsWith(`[test] ${start}: `));
  return {
    code,
    counts: lines.at(-1) ?? '',
    failed: told('failed'),
    second: told('passed only the second time'),
    seconds: Math.round((performance.now() - started) / 1000),
  };
}

/** How many runs of this tree, the last ones on record, had no failure and no second try. */
function goodRuns(digest) {
  const lines = existsSync(LOG) ? readFileSync(LOG, 'utf8').trimEnd().split('\n') : [];
  const good = lines.toReversed().findIndex((line) => !line.includes(` ${digest} good `));
  return good === -1 ? lines.length : good;
}

const { commit, digest } = tree();
const loops = Array.from({ length: BUSY }, () =>
  spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }),
);
process.on('exit', () => loops.forEach((loop) => loop.kill('SIGKILL')));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(130));

const runs = Number(process.argv[2] ?? 1);
for (let run = 1; run <= runs; run++) {
  const date = new Date().toISOString().slice(0, 16);
  const { code, counts, failed, second, seconds } = await testOnce();
  const word = code === 0 && second.length === 0 ? 'good' : 'bad';
  const line = `${date} ${commit} ${digest} ${word} ${seconds} s, ${counts}, ${second.length} second tries`;
  appendFileSync(LOG, `${[line, ...failed, ...second].join('\n  ')}\n`);
  console.log(`[soak] ${line}; ${goodRuns(digest)} good runs of this tree in a row`);
}
process.exit(0);
