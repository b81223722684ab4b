/**
 * `netloom bench` beside PyTorch on the same machine, threads and workloads, taking turns; prints medians
 * and ratios. Asserts nothing.
 *
 *   npm run build && node test/bench/compare.mjs [THREADS] [W1,W2,W2b,W3,W4,W5,G] [ROUNDS] [SECONDS]
 *
 * NETLOOM_PYTHON names the Python that has PyTorch (default python3).
 */
import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';

const [threads = '2', names = 'W1,W2,W2b,W3,W4,W5,G', rounds = '5', seconds = '1'] =
  process.argv.slice(2);
const ROOT = resolve(import.meta.dirname, '..', '..');
const python = process.env.NETLOOM_PYTHON ?? 'python3';

function run(command, args) {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ended with ${status}: ${stderr}`);
  return JSON.parse(stdout);
}

function ours() {
  const options = ['--threads', threads, '--workload', names, '--seconds', seconds, '--json'];
  const { steps, products, ...about } = run(process.execPath, [
    ...[join(ROOT, 'out', 'main', 'cli.js'), 'bench', ...options],
  ]);
  const ms = new Map(steps.map(({ workload, stepMs }) => [workload, stepMs]));
  for (const { size, ms: took } of products) ms.set(`G${size}`, took);
  return { about, ms };
}

function torch() {
  const script = join(import.meta.dirname, 'torch_workloads.py');
  const { results } = run(python, [script, threads, names, seconds]);
  // The best of its variants, as its user would choose.
  return new Map(
    Object.entries(results).map(([name, variants]) => [name, Math.min(...Object.values(variants))]),
  );
}

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
const collected = new Map();
const collect = (name, side, ms) => {
  const both = collected.get(name) ?? { ours: [], torch: [] };
  collected.set(name, both);
  both[side].push(ms);
};

for (let round = 1; round <= Number(rounds); round++) {
  const { about, ms } = ours();
  if (round === 1) {
    console.log(`${about.device}; peak ${about.peakGflopsPerThread.toFixed(0)} GFLOP/s per thread`);
  }
  for (const [name, took] of ms) collect(name, 'ours', took);
  for (const [name, took] of torch()) collect(name, 'torch', took);
}
console.log('          Netloom ms  PyTorch ms   times faster (lowest .. highest round)');
for (const [name, both] of collected) {
  const ratios = both.ours.map((ms, i) => both.torch[i] / ms);
  const cells = [median(both.ours), median(both.torch)].map((ms) => ms.toFixed(3).padStart(12));
  const [low, high] = [Math.min(...ratios), Math.max(...ratios)].map((ratio) => ratio.toFixed(2));
  console.log(
    `${name.padEnd(8)}${cells.join('')}   ${median(ratios).toFixed(2)} (${low} .. ${high})`,
  );
}
