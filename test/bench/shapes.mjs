/**
 * Every matrix product of the workloads W1 to W5, one by one, beside PyTorch's (its BLAS): which shapes are
 * far from what the machine can do. Takes turns; prints medians. Asserts nothing.
 *
 *   npm run build && node test/bench/shapes.mjs [THREADS] [W1,W2,W2b,W3,W5] [ROUNDS] [SECONDS]
 *
 * NETLOOM_PYTHON names the Python that has PyTorch (default python3). OPENBLAS_CORETYPE=Haswell holds
 * OpenBLAS to 256-bit vectors, which is what WebAssembly has.
 */
import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { projectNode } from '../../scripts/lib/project.mjs';

const [threads = '2', names = 'W1,W2,W2b,W3,W5', rounds = '5', seconds = '1'] =
  process.argv.slice(2);
const ROOT = resolve(import.meta.dirname, '..', '..');
const python = process.env.NETLOOM_PYTHON ?? 'python3';
/** Of each product, beside the seconds of a whole step. */
const PRODUCT_SECONDS = '0.1';

function run(command, args) {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ended with ${status}: ${stderr}`);
  return JSON.parse(stdout);
}

/** Milliseconds of one call by shape; what a step calls twice is there once. */
function ours() {
  const options = ['--threads', threads, '--workload', names, '--seconds', seconds];
  const { kernels } = run(projectNode(), [
    ...[join(ROOT, 'out', 'main', 'cli.js'), 'bench', ...options, '--profile', '--json'],
  ]);
  return new Map(
    Object.values(kernels)
      .flat()
      .filter(({ kernel }) => kernel.startsWith('matmul '))
      .map(({ kernel, ms, calls, gflops }) => [
        kernel.slice('matmul '.length),
        { ms: ms / calls, flops: gflops * (ms / calls) },
      ]),
  );
}

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
const collected = new Map();
for (let round = 1; round <= Number(rounds); round++) {
  const here = ours();
  const shapes = [...here.keys()].join('; ');
  const script = join(import.meta.dirname, 'torch_products.py');
  const there = run(python, [script, threads, PRODUCT_SECONDS, shapes]);
  for (const [shape, { ms, flops }] of here) {
    const all = collected.get(shape) ?? { ours: [], torch: [], flops };
    collected.set(shape, all);
    all.ours.push(ms);
    all.torch.push(there[shape]);
  }
}
console.log('   Netloom    PyTorch  GFLOP/s each, and the median of the rounds’ ratios');
for (const [shape, { ours: mine, torch, flops }] of collected) {
  const ratio = median(mine.map((ms, i) => torch[i] / ms));
  const rate = (times) => (flops / median(times)).toFixed(1).padStart(10);
  console.log(`${rate(mine)} ${rate(torch)}  ${ratio.toFixed(2).padStart(5)}  ${shape}`);
}
