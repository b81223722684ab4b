/**
 * `netloom bench` beside PyTorch and TensorFlow.js on the same machine, threads and workloads, taking turns;
 * prints medians and ratios. Asserts nothing. What is not installed is left out, and said.
 *
 *   npm run build && node test/bench/compare.mjs [THREADS] [W1,W2,W2b,W3,W4,W5,G] [ROUNDS] [SECONDS]
 *
 * NETLOOM_PYTHON names the Python that has PyTorch (default python3); NETLOOM_TFJS a folder in which someone
 * ran `npm install @tensorflow/tfjs @tensorflow/tfjs-backend-wasm`.
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

function netloom() {
  const options = ['--threads', threads, '--workload', names, '--seconds', seconds, '--json'];
  const { steps, products, ...about } = run(process.execPath, [
    ...[join(ROOT, 'out', 'main', 'cli.js'), 'bench', ...options],
  ]);
  const ms = new Map(steps.map(({ workload, stepMs }) => [workload, stepMs]));
  for (const { size, ms: took } of products) ms.set(`G${size}`, took);
  const peak = `peak ${about.peakGflopsPerThread.toFixed(0)} GFLOP/s per thread`;
  return { about: `${about.device}; ${peak}`, ms };
}

function torch() {
  const script = join(import.meta.dirname, 'torch_workloads.py');
  const { torch: version, results } = run(python, [script, threads, names, seconds]);
  // The best of its variants, as its user would choose.
  const ms = Object.entries(results).map(([name, variants]) => {
    return [name, Math.min(...Object.values(variants))];
  });
  return { about: `PyTorch ${version}`, ms: new Map(ms) };
}

function tensorflow() {
  const workloads = names.split(',').filter((name) => name !== 'G');
  const script = join(import.meta.dirname, 'tfjs_workloads.mjs');
  const { tfjs, results } = run(process.execPath, [script, threads, workloads.join(','), seconds]);
  const ms = new Map();
  const by = [];
  for (const [name, backends] of Object.entries(results)) {
    const trained = Object.entries(backends).filter(([, { ms: took }]) => took !== undefined);
    const [backend, best] = trained.toSorted(([, a], [, b]) => a.ms - b.ms)[0] ?? [];
    if (best) ms.set(name, best.ms);
    by.push(`${name} ${backend ?? 'not at all'}`);
  }
  return { about: `TensorFlow.js ${tfjs} by the backends ${by.join(', ')}`, ms };
}

const has = (command, args) => spawnSync(command, args).status === 0;
const others = [
  has(python, ['-c', 'import torch']) && { name: 'PyTorch', measure: torch },
  process.env.NETLOOM_TFJS && { name: 'TensorFlow.js', measure: tensorflow },
].filter(Boolean);
if (others.length < 2) {
  console.log('(without PyTorch or TensorFlow.js where NETLOOM_PYTHON, NETLOOM_TFJS name none)');
}
const sides = [{ name: 'Netloom', measure: netloom }, ...others];

/** Of each side, what each round took on each workload. */
const taken = sides.map(() => new Map());
for (let round = 1; round <= Number(rounds); round++) {
  sides.forEach(({ measure }, side) => {
    const { about, ms } = measure();
    if (round === 1) console.log(about);
    for (const [workload, took] of ms) {
      taken[side].set(workload, [...(taken[side].get(workload) ?? []), took]);
    }
  });
}

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
const columns = ['Netloom ms', ...others.map(({ name }) => `${name} ms, times slower (rounds)`)];
console.log(''.padEnd(8) + columns.map((column) => column.padEnd(42)).join(''));
for (const [workload, ours] of taken[0]) {
  const cells = taken.slice(1).map((side) => {
    const theirs = side.get(workload);
    if (!theirs) return 'none';
    const ratios = ours.map((ms, i) => theirs[i] / ms);
    const [low, high] = [Math.min(...ratios), Math.max(...ratios)].map((each) => each.toFixed(2));
    return `${median(theirs).toFixed(3)}  ${median(ratios).toFixed(2)} (${low} .. ${high})`;
  });
  const row = [median(ours).toFixed(3), ...cells].map((cell) => cell.padEnd(42));
  console.log(workload.padEnd(8) + row.join('').trimEnd());
}
