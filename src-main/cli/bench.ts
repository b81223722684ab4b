/** `netloom bench`: how fast this machine trains, on fixed networks or given projects, and random data. */
import { join } from 'node:path';
import type { Backend } from '#engine/backends/backend.ts';
import { createWasmBackend, measurePeak } from '#engine/backends/wasm/index.ts';
import { analyse } from '#engine/check/analyse.ts';
import { inputError } from '#engine/ir/index.ts';
import { createNodePlatform, physicalCores } from '#engine/platform/node.ts';
import { createGpuBackend } from '../engineProcess/gpuBackend.ts';
import {
  type KernelResult,
  measureSteps,
  profileKernels,
  type StepResult,
} from './bench/measure.ts';
import { measureProduct, type ProductResult } from './bench/products.ts';
import { type Workload, workloads } from './bench/workloads.ts';
import { readProject } from '../services/projects.ts';
import { EXIT, note, print, printJson } from './output.ts';

const PRODUCT_SIZES = [256, 512, 1024, 2048];
/** The name under which the products are asked for. */
const PRODUCTS = 'G';
const DEFAULT_SECONDS = 2;

export interface BenchOptions {
  readonly device: 'cpu' | 'webgpu';
  readonly workload?: string;
  readonly threads: number;
  readonly batch?: number;
  readonly precision: 'float32' | 'float16';
  readonly seconds?: number;
  readonly profile?: true;
  readonly json?: true;
}

interface BenchReport {
  readonly device: string;
  readonly threads: number;
  /** Multiply-adds that one thread can do at best, in registers; absent on a GPU, where it is not known. */
  readonly peakGflopsPerThread?: number;
  readonly steps: readonly (StepResult & { readonly shareOfPeak?: number })[];
  readonly products: readonly (ProductResult & { readonly shareOfPeak?: number })[];
  readonly kernels?: Readonly<Record<string, readonly KernelResult[]>>;
}

export async function bench(projects: readonly string[], options: BenchOptions): Promise<number> {
  const given = await Promise.all(projects.map(workloadOf));
  const named = options.workload?.split(',').map((name) => name.trim());
  // Beside projects only what is asked for.
  const { chosen, products } = choose(named ?? (given.length > 0 ? [] : undefined), given, options);
  const backend = await open(options);
  note(backend.description);
  try {
    const peak = options.device === 'cpu' ? measurePeak(() => performance.now()) : undefined;
    const shareOf = (gflops: number) =>
      peak === undefined ? {} : { shareOfPeak: gflops / peak / backend.threads };
    const measure = { forMs: (options.seconds ?? DEFAULT_SECONDS) * 1000 };
    const steps = [];
    const kernels = new Map<string, readonly KernelResult[]>();
    for (const workload of chosen) {
      const result = await measureSteps(backend, workload, measure);
      steps.push({ ...result, ...shareOf(result.gflops) });
      note(`${workload.name}: ${result.stepMs.toFixed(3)} ms a step`);
      if (options.profile) {
        kernels.set(workload.name, await profileKernels(backend, workload, measure));
      }
    }
    const squares = [];
    for (const size of products ? PRODUCT_SIZES : []) {
      const result = await measureProduct(backend, size, measure);
      squares.push({ ...result, ...shareOf(result.gflops) });
    }
    const report: BenchReport = {
      device: backend.description,
      threads: backend.threads,
      ...(peak === undefined ? {} : { peakGflopsPerThread: peak }),
      steps,
      products: squares,
      ...(options.profile ? { kernels: Object.fromEntries(kernels) } : {}),
    };
    if (options.json) printJson(report);
    else printReport(report);
    return EXIT.success;
  } finally {
    await backend.close();
  }
}

/** A project under its path, at its own batch size. */
async function workloadOf(path: string): Promise<Workload> {
  const { document } = await readProject(path);
  const { trainable, problems } = analyse(document);
  if (!trainable) {
    throw inputError('bench.not-trainable', `${path} cannot be trained as it is.`, {
      explanation: problems.find(({ severity }) => severity === 'error')?.message ?? '',
    });
  }
  return { name: path, what: document.name, batch: document.training.batchSize, document };
}

function choose(
  names: readonly string[] | undefined,
  given: readonly Workload[],
  { batch, precision }: Pick<BenchOptions, 'batch' | 'precision'>,
): { readonly chosen: readonly Workload[]; readonly products: boolean } {
  const known = [...workloads.map(({ name }) => name), PRODUCTS];
  const unknown = names?.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw inputError('bench.unknown-workload', `There is no workload ${unknown}.`, {
      explanation: `There are ${known.join(', ')}.`,
    });
  }
  const own = workloads.filter(({ name, optional }) => names?.includes(name) ?? !optional);
  const chosen = [...given, ...own];
  return {
    chosen: chosen.map((each) => ({
      ...each,
      batch: batch ?? each.batch,
      document: { ...each.document, training: { ...each.document.training, precision } },
    })),
    products: names?.includes(PRODUCTS) ?? true,
  };
}

async function open({ device, threads }: BenchOptions): Promise<Backend> {
  const platform = createNodePlatform({ threadEntry: join(import.meta.dirname, 'wasmThread.js') });
  if (device === 'webgpu') return createGpuBackend(platform);
  return createWasmBackend(platform, { threads: threads > 0 ? threads : physicalCores() });
}

function printReport({ steps, products, kernels, peakGflopsPerThread }: BenchReport): void {
  if (peakGflopsPerThread !== undefined) {
    print(`peak ${peakGflopsPerThread.toFixed(0)} GFLOP/s per thread (multiply-adds in registers)`);
  }
  const share = (value: number | undefined) =>
    value === undefined ? '' : `${(100 * value).toFixed(0)} %`;
  if (steps.length > 0) {
    row(['', 'batch', 'ms/step', 'samples/s', 'GFLOP/s', 'of peak']);
    for (const each of steps) {
      row([
        each.workload,
        String(each.batch),
        each.stepMs.toFixed(3),
        each.samplesPerSecond.toFixed(0),
        each.gflops.toFixed(1),
        share(each.shareOfPeak),
      ]);
    }
  }
  printHostCost(steps);
  if (products.length > 0) {
    row(['product', 'size', 'ms', '', 'GFLOP/s', 'of peak']);
    for (const { size, ms, gflops, shareOfPeak } of products) {
      row(['', String(size), ms.toFixed(3), '', gflops.toFixed(1), share(shareOfPeak)]);
    }
  }
  for (const [name, list] of Object.entries(kernels ?? {})) {
    print(`${name}, kernel by kernel:`);
    for (const { kernel, calls, ms, gflops } of list) {
      print(
        `${ms.toFixed(3).padStart(10)} ms ${gflops.toFixed(1).padStart(8)} GFLOP/s  ${kernel}${calls > 1 ? ` (${calls} calls)` : ''}`,
      );
    }
  }
}

/** Of a device of its own: what each step costs the host. */
function printHostCost(steps: BenchReport['steps']): void {
  const counted = steps.flatMap(({ workload, host, activationBytes }) =>
    host ? [{ workload, host, activationBytes }] : [],
  );
  if (counted.length === 0) return;
  row(['a step', 'dispatches', 'submits', 'bytes up', 'bytes down', 'host us', 'MiB work']);
  for (const { workload, host, activationBytes } of counted) {
    const costs = Object.values(host).map((value: number) => value.toFixed(0));
    row([workload, ...costs, (activationBytes / 2 ** 20).toFixed(1)]);
  }
}

function row(cells: readonly string[]): void {
  print(cells.map((cell, i) => (i === 0 ? cell.padEnd(8) : cell.padStart(11))).join(''));
}
