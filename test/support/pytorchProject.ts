/** PyTorch projects of documents, trained by a Python that has PyTorch, and the same training here. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createWasmBackend } from '#engine/backends/wasm/index.ts';
import { createNodePlatform } from '#engine/platform/node.ts';
import { monitorOf } from '#engine/check/monitor.ts';
import {
  compileRun,
  judgedHeads,
  trainCount,
  trainSum,
  trainSumKeys,
} from '#engine/compile/index.ts';
import { preparedOnce, readSource } from '#engine/export/source.ts';
import { writeProject } from '#engine/export/pytorch/index.ts';
import type { FolderEntry } from '#engine/export/define.ts';
import { trainingBatches } from '#engine/ir/batches.ts';
import type { NetworkDocument } from '#engine/ir/index.ts';
import { readAttrs } from '#engine/ir/readAttrs.ts';
import type { StoredArray } from '#engine/export/npy.ts';
import type { Lowering } from '#engine/layers/define.ts';
import { layer, layers } from '#engine/layers/index.ts';
import { GraphBuilder } from '#engine/ops/builder.ts';
import { namedStream, RNG_WORDS, rngFeed } from '#engine/ops/philox.ts';
import { BatchOrder } from '#engine/training/batches.ts';
import { EarlyStopping } from '#engine/training/earlyStopping.ts';
import { evaluate } from '#engine/training/evaluate.ts';
import { RunMemory } from '#engine/training/memory.ts';
import { prepare } from '#engine/training/prepare.ts';
import { loadTrainPrograms, Steps } from '#engine/training/steps.ts';
import { writeContent } from '#main/exportProcess/writeContent.ts';
import { evaluateGraph } from './evaluate.ts';
import { nodePlatform } from './nodePlatform.ts';
import { pythonWith } from './python.ts';

const platform = createNodePlatform();

/** The files of a project of initial weights. */
export async function projectOf(
  document: NetworkDocument,
  options = { training: true },
): Promise<readonly FolderEntry[]> {
  const data = preparedOnce(document, platform);
  const source = await readSource({ document, weights: null }, platform, data);
  const written = await writeProject(source, options, { data, metadata: {} });
  if (!('folder' in written)) throw new Error('a project is a folder');
  return written.folder;
}

export const writeProjectTo = async (folder: string, document: NetworkDocument): Promise<void> => {
  await writeContent(folder, 'folder', { folder: await projectOf(document) });
};

/** Without layers that draw random numbers of what they are given. */
export function withoutDrawing(document: NetworkDocument): NetworkDocument {
  const nodes = document.nodes.map((node) => {
    const definition = layers.get(node.type);
    const role = definition?.role;
    if (role === 'dropout' || role === 'noise') return { ...node, bypassed: true };
    // Inside of a layer of several.
    return definition?.attrs['dropout'] ? { ...node, attrs: { ...node.attrs, dropout: 0 } } : node;
  });
  return { ...document, nodes };
}

/** Step by step, until training ends. */
export interface Course {
  readonly losses: readonly number[];
  /** Of the first objective. */
  readonly rates: readonly number[];
}

/** As it is trained here, by the parts of it: whole runs tell no loss of a single step. */
export async function trainedHere(document: NetworkDocument): Promise<Course> {
  const prepared = await prepare(document, platform);
  const { training } = document;
  const { sizes } = trainingBatches(prepared.splits.train.length, training);
  const rows = prepared.splits.validation;
  const compiled = compileRun({
    ...prepared,
    trainBatches: sizes,
    evaluateBatches: [rows.length],
    samples: 0,
    predictions: 0,
    probe: false,
  });
  const backend = await createWasmBackend(nodePlatform(), { threads: 1 });
  const session = await backend.open(compiled.memory);
  const memory = new RunMemory(session, compiled);
  memory.initialise(training.seed);
  memory.writeData(prepared.stored, prepared.table.count);
  const programs = await loadTrainPrograms(session, compiled);
  const judging = new Map(
    await Promise.all(
      [...compiled.evaluate].map(
        async ([size, program]) => [size, await session.load(program)] as const,
      ),
    ),
  );
  const stopping = new EarlyStopping(
    training.earlyStopping,
    monitorOf(training, prepared.analysis),
  );
  const steps = new Steps(prepared, memory, programs);
  const sum = trainSum('loss');
  // Where not every label counts.
  const isCounted = trainSumKeys(prepared.analysis).includes(trainCount('loss'));
  const count = trainSum(trainCount('loss'));
  const losses: number[] = [];
  const rates: number[] = [];
  /** Whether it is time to stop. */
  const endEpoch = async (): Promise<boolean> => {
    const evaluation = await evaluate({
      ...{ memory, programs: judging, rows, batch: rows.length, seed: training.seed },
      heads: judgedHeads(prepared.analysis, prepared.binding),
      yieldToEventLoop: () => Promise.resolve(true),
    });
    if (!evaluation) return false;
    const { value, stop } = stopping.observe(evaluation);
    if (value !== null) steps.observe(-value);
    return stop;
  };
  for (let step = 0, stops = false; step < steps.total && !stops; step++) {
    const batch = steps.rows(step);
    steps.run(step, batch);
    const over = isCounted ? await memory.readBuffer(count) : batch.length;
    losses.push(over === 0 ? 0 : (await memory.readBuffer(sum)) / over);
    rates.push(steps.rateBefore(step + 1));
    memory.clearBuffer(sum);
    if (isCounted) memory.clearBuffer(count);
    stops = (step + 1) % steps.stepsPerEpoch === 0 && (await endEpoch());
  }
  await session.close();
  return { losses, rates };
}

/** What the one random source of a document draws in training, step after step; null where there is none. */
export async function drawnHere(document: NetworkDocument): Promise<StoredArray | null> {
  const source = document.nodes.find(({ type }) => layers.get(type)?.role === 'latent');
  if (!source) return null;
  const definition = layer(source.type);
  const prepared = await prepare(document, platform);
  const order = new BatchOrder(prepared.splits.train, document.training);
  const { attrs } = readAttrs(definition.attrs, source.attrs);
  const rows: number[] = [];
  for (let step = 0; step < order.stepsPerEpoch * document.training.epochs; step++) {
    const builder = new GraphBuilder();
    const feed = { kind: 'feed', name: 'rng' } as const;
    const rng = builder.leaf(feed, { dtype: 'i32', shape: [RNG_WORDS] });
    const lowering = {
      emit: builder.emit.bind(builder),
      batch: order.rows(step).length,
      rng,
      randomStream: () => namedStream(`${source.id}#0`),
    };
    // A source asks for nothing else.
    const [value] = definition.lower(lowering as unknown as Lowering, [], attrs);
    if (!value) throw new Error('nothing was drawn');
    const words = [...rngFeed(document.training.seed, step)];
    const results = evaluateGraph(builder.finish(), new Map([[rng.id, { values: words }]]));
    rows.push(...(results[value.id]?.data ?? []));
  }
  const size = Number(attrs['size']);
  return { shape: [rows.length / size, size], data: Float32Array.from(rows) };
}

/** Null where Python is not asked. */
export const pythonWithTorch = pythonWith(['torch', 'numpy', 'safetensors.torch']);

/** What ruff finds in the Python of a project, as whoever works in its folder has it checked; empty: nothing. */
export function ruffFindings(project: string): string {
  return ruffErrors(project) + ruff(project, ['format', '--diff']);
}

/** What it finds wrong, however lines are broken. */
export const ruffErrors = (project: string): string =>
  ruff(project, ['check', '--output-format', 'concise']);

function ruff(project: string, args: readonly string[]): string {
  // Neither settings of folders above nor what was found before.
  const all = ['-m', 'ruff', ...args, '--isolated', '--no-cache', '.'];
  const { status, stdout, stderr } = spawnSync(pythonWith(['ruff']) ?? '', all, {
    cwd: project,
    encoding: 'utf8',
  });
  return status === 0 ? '' : `${stdout}${stderr}`;
}

const DRIVER = resolve('test/parity/torch_project.py');

/** As the project writes them; rates by torch_project.py. */
export function trainedThere(
  project: string,
  {
    processes = 1,
    args = [],
  }: { readonly processes?: number; readonly args?: readonly string[] } = {},
): Course {
  const torchrun = ['-m', 'torch.distributed.run', '--standalone', '--nproc_per_node'];
  const several = processes > 1 ? [...torchrun, String(processes)] : [];
  const run = spawnSync(pythonWithTorch ?? '', [...several, DRIVER, '--out', 'out', ...args], {
    cwd: project,
    encoding: 'utf8',
    env: { ...process.env, OMP_NUM_THREADS: '1' },
  });
  if (run.status !== 0) throw new Error(run.stderr);
  const linesOf = (path: string): readonly string[] =>
    readFileSync(join(project, path), 'utf8').trim().split(/\r?\n/);
  const [, ...lines] = linesOf('out/losses.csv');
  return {
    losses: lines.map((line) => Number(line.split(',')[1])),
    rates: linesOf('rates.txt').map(Number),
  };
}
