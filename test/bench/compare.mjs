/**
 * `netloom bench` beside PyTorch and TensorFlow.js on the same machine, threads and workloads, taking turns;
 * prints medians and ratios. Asserts nothing. What is not installed is left out, and said. Of PyTorch's eager
 * variants (torch_workloads.py) each workload's fastest counts; with `compile`, torch.compile stands beside it.
 *
 *   npm run build && node test/bench/compare.mjs [THREADS] [W1,W2,...,G] [ROUNDS] [SECONDS] [compile]
 *
 * NETLOOM_PYTHON names the Python that has PyTorch (default python3); NETLOOM_TFJS a folder in which someone
 * ran `npm install @tensorflow/tfjs @tensorflow/tfjs-backend-wasm`.
 */
import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { projectNode } from '../../scripts/lib/project.mjs';

const ALL = 'W1,W2,W2b,W3,W4,W5,W6,W8,W10,G';
const [threads = '2', names = ALL, rounds = '5', seconds = '1', compile] = process.argv.slice(2);
/** Those that it was taught. */
const TENSORFLOW = ['W1', 'W2', 'W2b', 'W3', 'W4', 'W5'];
const ROOT = resolve(import.meta.dirname, '..', '..');
const python = process.env.NETLOOM_PYTHON ?? 'python3';

function run(command, args) {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ended with ${status}: ${stderr}`);
  return JSON.parse(stdout);
}

function netloom() {
  const options = ['--threads', threads, '--workload', names, '--seconds', seconds, '--json'];
  const { steps, products, ...about } = run(projectNode(), [
    ...[join(ROOT, 'out', 'main', 'cli.js'), 'bench', ...options],
  ]);
  const ms = new Map(steps.map(({ workload, stepMs }) => [workload, stepMs]));
  for (const { size, ms: took } of products) ms.set(`G${size}`, took);
  const peak = `peak ${about.peakGflopsPerThread.toFixed(0)} GFLOP/s per thread`;
  return { about: `${about.device}; ${peak}`, ms };
}

function torch(...variants) {
  const script = join(import.meta.dirname, 'torch_workloads.py');
  const options = [threads, names, seconds, ...variants];
  const { torch: version, results } = run(python, [script, ...options]);
  const best = Object.entries(results).map(([name, took]) => {
    return [name, ...Object.entries(took).toSorted(([, a], [, b]) => a - b)[0]];
  });
  const by = best.map(([name, variant]) => `${name} ${variant}`).join(', ');
  return {
    about: `PyTorch ${version}: ${by}`,
    ms: new Map(best.map(([name, , ms]) => [name, ms])),
  };
}

function tensorflow() {
  const workloads = names.split(',').filter((name) => TENSORFLOW.includes(name));
  const script = join(import.meta.dirname, 'tfjs_workloads.mjs');
  const { tfjs, results } = run(projectNode(), [script, threads, workloads.join(','), seconds]);
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
const hasTorch = has(python, ['-c', 'import torch']);
const others = [
  hasTorch && { name: 'PyTorch', measure: () => torch() },
  hasTorch && compile && { name: 'compiled', measure: () => torch('compile') },
  process.env.NETLOOM_TFJS && { name: 'TensorFlow.js', measure: tensorflow },
].filter(Boolean);
if (!hasTorch || !process.env.NETLOOM_TFJS) {
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
