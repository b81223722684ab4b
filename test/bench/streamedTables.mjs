/**
 * A table that is larger than what may be held, prepared and trained on by the built program: time, and the peak memory
 * of each of its processes (Linux). Prints, asserts nothing.
 *
 *   npm run build && node test/bench/streamedTables.mjs [MEGABYTES] [ALLOWED MEGABYTES] [COLUMNS]
 */
import { spawn } from 'node:child_process';
import {
  createWriteStream,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { projectNode } from '../../scripts/lib/project.mjs';

const [megabytes = '200', allowed = '20', columns = '30'] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'netloom-bench-'));
const path = join(folder, 'table.csv');

/** Numbers that a linear model can learn a class from; `xorshift` is enough for it. */
async function makeTable() {
  const file = createWriteStream(path);
  const names = Array.from({ length: Number(columns) }, (_, i) => `x${i}`);
  file.write(`${[...names, 'kind'].join(',')}\n`);
  let state = 2463534242;
  const random = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  let bytes = 0;
  let rows = 0;
  while (bytes < Number(megabytes) * 1e6) {
    let text = '';
    for (let i = 0; i < 2000; i++) {
      const values = names.map(() => random() * 2 - 1);
      const score = values[0] + 0.5 * values[1] - values[2] + 0.2 * (random() - 0.5);
      text += `${values.map((value) => value.toFixed(6)).join(',')},${score > 0 ? 'yes' : 'no'}\n`;
      rows += 1;
    }
    bytes += text.length;
    if (!file.write(text)) await once(file, 'drain');
  }
  file.end();
  await once(file, 'close');
  return rows;
}

/** Peak of each process below the one that was started, by what it runs. */
const peaks = new Map();
function look(root) {
  const parents = new Map();
  for (const entry of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const status = readFileSync(`/proc/${entry}/status`, 'utf8');
      parents.set(Number(entry), {
        parent: Number(/^PPid:\s+(\d+)/m.exec(status)?.[1]),
        peakKb: Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0),
        command: readFileSync(`/proc/${entry}/cmdline`, 'utf8').replaceAll('\0', ' '),
      });
    } catch {
      // It has ended meanwhile.
    }
  }
  for (const [pid, { peakKb, command }] of parents) {
    let above = pid;
    while (above && above !== root) above = parents.get(above)?.parent;
    if (above !== root) continue;
    const name = /([\w-]+)\.(c|m)?js/.exec(command)?.[1] ?? command.slice(0, 40);
    peaks.set(name, Math.max(peaks.get(name) ?? 0, peakKb));
  }
}

const rows = await makeTable();
console.log(`${rows} rows, ${Math.round(statSync(path).size / 1e6)} MB, ${allowed} MB allowed`);
const started = performance.now();
const project = join(
  import.meta.dirname,
  '..',
  '..',
  'resources',
  'examples',
  'digits-mlp.netloom.json',
);
const cli = join(import.meta.dirname, '..', '..', 'out', 'main', 'cli.js');
const child = spawn(
  projectNode(),
  [cli, 'train', project, '--data', path, '--target', 'kind', '--epochs', '2', '--batch', '256'],
  {
    env: { ...process.env, NETLOOM_HOME: join(folder, 'home'), NETLOOM_RESIDENT_MB: allowed },
    stdio: ['ignore', 'pipe', 'inherit'],
  },
);
const watch = setInterval(() => look(child.pid), 200);
for await (const text of child.stdout.setEncoding('utf8')) {
  for (const line of text.split('\n').filter(Boolean)) {
    console.log(`${((performance.now() - started) / 1000).toFixed(1).padStart(7)} s  ${line}`);
  }
}
clearInterval(watch);
for (const [name, peakKb] of peaks)
  console.log(`${name}: at most ${Math.round(peakKb / 1024)} MiB`);
rmSync(folder, { recursive: true, force: true });
