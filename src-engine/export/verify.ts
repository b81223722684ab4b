/**
 * Proves an exported file: it is run elsewhere on samples that training did not see, and what it answers is
 * compared with what the network answers here. Where they differ, the first node that does is found by exporting
 * what comes out of every node.
 */
import type { Backend } from '../backends/backend.ts';
import type { ForwardOutput } from '../compile/forward.ts';
import type { Prepared } from '../training/prepare.ts';
import { errorMessage } from '../ir/errors.ts';
import { inputError } from '../ir/problem.ts';
import { elementCount } from '../ir/tensor.ts';
import { type Batch, firstSamples, ownAnswers, scaledInputs } from './answers.ts';
import {
  type ClassAgreement,
  DECADES,
  type OutputDifference,
  type Verification,
} from '../protocol/exportContract.ts';
import type { OnnxFile } from './onnx/index.ts';
import { type Samples, samplesFor } from './samples.ts';
import type { ExportSource } from './source.ts';

/** Runs files of ONNX: a process of its own, since what it runs is foreign code. */
export interface OnnxRunner {
  readonly version: string;
  open(bytes: Uint8Array): Promise<OnnxSession>;
}
export interface OnnxSession {
  run(inputs: Batch): Promise<Batch>;
  close(): Promise<void>;
}

/** Of an output's largest number: float32 sums in another order stay a hundred times below. */
const LIMIT = 1e-4;

export interface VerifyRequest {
  readonly source: ExportSource;
  readonly file: OnnxFile;
  readonly outputs: readonly ForwardOutput[];
  readonly takesRawInputs: boolean;
  /** Null: any. */
  readonly batch: number | null;
  /** The same file with other outputs. */
  readonly withOutputs: (outputs: readonly ForwardOutput[]) => Promise<OnnxFile>;
  /** Throws where the data cannot be read. */
  readonly data: () => Promise<Prepared>;
  readonly createBackend: () => Promise<Backend>;
  readonly runner: OnnxRunner;
}

/** What is known while one file is compared. */
interface Comparing extends VerifyRequest {
  readonly session: OnnxSession;
  readonly backend: Backend;
  readonly samples: Samples;
}

export async function verifyOnnx(request: VerifyRequest): Promise<Verification> {
  const { source, file, runner } = request;
  // Before the executor here, which has WebAssembly compiled for speed alone from then on.
  const session = await opened(runner, file.bytes);
  try {
    const samples = await samplesFor(source, {
      wanted: file.inputs.map(({ name }) => name),
      batch: request.batch,
      data: request.data,
    });
    const backend = await request.createBackend();
    try {
      return await compared({ ...request, session, backend, samples });
    } finally {
      await backend.close();
    }
  } finally {
    await session.close();
  }
}

async function opened(runner: OnnxRunner, bytes: Uint8Array): Promise<OnnxSession> {
  try {
    return await runner.open(bytes);
  } catch (error) {
    throw inputError(
      'export.refused',
      `ONNX Runtime does not take the file: ${errorMessage(error)}`,
    );
  }
}

async function compared(comparing: Comparing): Promise<Verification> {
  const { source, outputs, backend, runner, samples, session } = comparing;
  const here = await ownAnswers(source, backend, { ...samples, outputs });
  const feeds = feedsOf(comparing, samples.inputs, here.drawn);
  const there = await answersThere(session, feeds);
  const differences = outputs.map(({ name }) => differenceOf(name, here.outputs, there.outputs));
  const isSame = differences.every(({ relative }) => relative <= LIMIT);
  return {
    runtime: `ONNX Runtime ${runner.version}`,
    samples: samples.batch,
    ...{ from: samples.from, note: samples.note },
    outputs: differences,
    classes: classesOf(comparing, here.outputs, there.outputs),
    batches: await triedBatches(comparing, feeds),
    elapsedMs: { here: here.elapsedMs, there: there.elapsedMs },
    ...{ limit: LIMIT, isSame },
    firstDifferent: isSame ? null : await firstDifferent(comparing),
  };
}

/** What the file takes: fields of the data, scaled where it does not scale them, and what latent sources drew. */
function feedsOf(
  { source, file, takesRawInputs }: VerifyRequest,
  inputs: Batch,
  drawn: Batch,
): Batch {
  const scaled = takesRawInputs ? inputs : scaledInputs(source, inputs);
  const known = new Set(file.inputs.map(({ name }) => name));
  return new Map([...scaled, ...drawn].filter(([name]) => known.has(name)));
}

async function answersThere(session: OnnxSession, feeds: Batch) {
  // Once to warm up, as here.
  await session.run(feeds);
  const started = performance.now();
  const outputs = await session.run(feeds);
  return { outputs, elapsedMs: performance.now() - started };
}

function differenceOf(name: string, here: Batch, there: Batch): OutputDifference {
  const [a, b] = [here.get(name)?.data ?? [], there.get(name)?.data ?? []];
  const decades = new Array<number>(DECADES.length + 1).fill(0);
  let [largest, sum, low, high] = [0, 0, Infinity, -Infinity];
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i] ?? NaN, b[i] ?? NaN];
    // Both broken the same way are the same.
    const difference = Object.is(x, y) || x === y ? 0 : Math.abs(x - y);
    const counted = Number.isNaN(difference) ? Infinity : difference;
    largest = Math.max(largest, counted);
    sum += counted;
    if (Number.isFinite(x)) [low, high] = [Math.min(low, x), Math.max(high, x)];
    const decade = DECADES.findIndex((end) => counted < end);
    const place = decade < 0 ? DECADES.length : decade;
    decades[place] = (decades[place] ?? 0) + 1;
  }
  if (a.length !== b.length) largest = Infinity;
  const size = Math.max(Math.abs(low), Math.abs(high));
  return {
    ...{ name, largest, decades },
    mean: a.length === 0 ? 0 : sum / a.length,
    relative: largest === 0 ? 0 : largest / Math.max(size, Number.MIN_VALUE),
    range: low > high ? [0, 0] : [low, high],
  };
}

function classesOf(
  { source, outputs, samples: { labels } }: Comparing,
  here: Batch,
  there: Batch,
): readonly ClassAgreement[] {
  return outputs.flatMap(({ name, from }): ClassAgreement[] => {
    const head = source.analysis.heads.find(
      ({ prediction, classifies }) =>
        classifies && prediction?.node === from.node && prediction.port === from.port,
    );
    const [a, b] = [here.get(name), there.get(name)];
    if (!head || !a || !b) return [];
    const [x, y] = [predictedClasses(a), predictedClasses(b)];
    const truth = labels.get(head.targetField?.field.name ?? '');
    const right = (all: readonly number[]): number =>
      all.filter((each, i) => each === truth?.[i]).length / Math.max(1, all.length);
    return [
      {
        output: name,
        same: x.filter((each, i) => each === y[i]).length,
        accuracy: truth ? { here: right(x), there: right(y) } : null,
      },
    ];
  });
}

/** The largest score of each sample; a single score tells two classes apart by its sign. */
function predictedClasses({
  dims,
  data,
}: {
  dims: readonly number[];
  data: Float32Array;
}): number[] {
  const classes = elementCount(dims.slice(1));
  return Array.from({ length: dims[0] ?? 0 }, (_, sample) => {
    const scores = data.subarray(sample * classes, (sample + 1) * classes);
    if (classes === 1) return (scores[0] ?? 0) > 0 ? 1 : 0;
    return scores.reduce((best, score, i) => (score > (scores[best] ?? 0) ? i : best), 0);
  });
}

/** One sample and an odd number of them come out in the right shapes; a fixed batch is tried as it is. */
async function triedBatches(
  { file, batch, session, outputs }: Comparing,
  feeds: Batch,
): Promise<readonly number[]> {
  const all = Math.max(1, ...[...feeds.values()].map(({ dims }) => dims[0] ?? 1));
  const sizes = batch === null ? [...new Set([1, Math.min(7, all), all])] : [batch];
  for (const size of sizes) {
    const answers = await session.run(firstSamples(feeds, size));
    for (const { name } of outputs) {
      const { dims = [] } = answers.get(name) ?? {};
      const declared = file.outputs.find((output) => output.name === name)?.shape ?? [];
      const wanted = declared.map((each) => each ?? size);
      if (dims.join() === wanted.join()) continue;
      throw new Error(`${name} of ${size} samples is ${dims.join('x')}, not ${wanted.join('x')}`);
    }
  }
  return sizes;
}

/** By the values of all nodes on the way, in graph order. */
async function firstDifferent(comparing: Comparing): Promise<string | null> {
  const { source, backend, runner, samples } = comparing;
  const { analysis } = source;
  const left = new Set(comparing.file.leftOut);
  const outputs = analysis.order.flatMap((id): ForwardOutput[] => {
    const node = analysis.nodes.get(id);
    if (!node || left.has(id) || node.definition?.role === 'data') return [];
    return node.ports.out.map((port) => ({ name: `${id}.${port}`, from: { node: id, port } }));
  });
  const file = await comparing.withOutputs(outputs);
  // Few are enough, and what every node gives may be much.
  const batch = comparing.batch ?? Math.min(8, samples.batch);
  const inputs = firstSamples(samples.inputs, batch);
  const here = await ownAnswers(source, backend, { inputs, outputs, batch });
  const session = await runner.open(file.bytes);
  const feeds = feedsOf({ ...comparing, file }, inputs, here.drawn);
  const there = await answersThere(session, feeds).finally(() => session.close());
  const found = outputs.find(
    ({ name }) => differenceOf(name, here.outputs, there.outputs).relative > LIMIT,
  );
  return found?.from.node ?? null;
}
