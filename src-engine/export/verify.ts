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
import { type Batch, joinedSamples, ownAnswers, type OwnAnswers, samplesFrom } from './answers.ts';
import { madeUpCells } from './madeUpCells.ts';
import { feedsOf } from './feeds.ts';
import {
  classesOf,
  deviationOf,
  differenceOf,
  lossesOf,
  MOST_DEVIATION,
  namesAgree,
} from './differences.ts';
import type { ExportPrecision, Verification } from '../protocol/exportContract.ts';
import type { RunnableFile } from './define.ts';
import { type Samples, samplesFor } from './samples.ts';
import type { ExportSource } from './source.ts';

/** Runs files of a format, as others would. */
export interface FileRunner {
  /** With its version, where it has one of its own: `ONNX Runtime 1.30.0`. */
  readonly name: string;
  open(bytes: Uint8Array): Promise<FileSession>;
}
export interface FileSession {
  run(inputs: Batch): Promise<Batch>;
  close(): Promise<void>;
}

/** Of an output's largest number: float32 sums in another order stay a hundred times below. */
const LIMIT = 1e-4;
/** Held-out samples: enough to see that two files answer the same, and what less precision costs. */
const MOST_SAMPLES: Readonly<Record<ExportPrecision, number>> = {
  float32: 256,
  float16: 2048,
  int8: 2048,
};
/** At once, where any number is taken. */
const BATCH = 256;

export interface VerifyRequest {
  readonly source: ExportSource;
  readonly file: RunnableFile;
  readonly outputs: readonly ForwardOutput[];
  readonly takesRawInputs: boolean;
  readonly precision: ExportPrecision;
  /** Null: any. */
  readonly batch: number | null;
  /** The same file with other outputs. */
  readonly withOutputs: (outputs: readonly ForwardOutput[]) => Promise<RunnableFile>;
  /** Throws where the data cannot be read. */
  readonly data: () => Promise<Prepared>;
  readonly createBackend: () => Promise<Backend>;
  readonly runner: FileRunner;
}

/** What is known while one file is compared. */
interface Comparing extends VerifyRequest {
  readonly session: FileSession;
  readonly backend: Backend;
  readonly samples: Samples;
}

export async function verifyFile(request: VerifyRequest): Promise<Verification> {
  const { source, file, runner } = request;
  // Before the executor here, which has WebAssembly compiled for speed alone from then on.
  const session = await opened(runner, file.bytes);
  try {
    const samples = withCells(
      request,
      await samplesFor(source, {
        ...{ part: 'validation', most: MOST_SAMPLES[request.precision] },
        ...{ wanted: file.takes, batch: request.batch, data: request.data },
      }),
    );
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

/** Of a file that takes columns through a recipe: cells are made up, and what becomes of them here. */
function withCells({ file: { columns }, source }: VerifyRequest, samples: Samples): Samples {
  const made =
    columns?.recipe && madeUpCells(columns, samples.count, source.document.training.seed);
  if (!columns || !made) return samples;
  return {
    ...samples,
    inputs: new Map([...samples.inputs, [columns.field, made.features]]),
    cells: made.cells,
    labels: new Map(),
    from: 'random',
    note: 'Rows of cells were made up, since samples are kept as the recipe makes them.',
  };
}

async function opened(runner: FileRunner, bytes: Uint8Array): Promise<FileSession> {
  try {
    return await runner.open(bytes);
  } catch (error) {
    throw inputError(
      'export.refused',
      `${runner.name} does not take the file: ${errorMessage(error)}`,
    );
  }
}

async function compared(comparing: Comparing): Promise<Verification> {
  const { source, precision, outputs, runner, samples, session } = comparing;
  const here = await answersHere(comparing, samples.inputs, samples.count, outputs);
  const { takesRawInputs, file } = comparing;
  const feeds = feedsOf(source, file, {
    ...{ inputs: samples.inputs, drawn: here.drawn, takesRawInputs },
    ...(samples.cells && { cells: samples.cells }),
  });
  const there = await answersThere(session, feeds, samples.count, batchOf(comparing));
  const differences = outputs.map(({ name }) => differenceOf(name, here.outputs, there.outputs));
  const answers = { here: here.outputs, there: there.outputs, count: samples.count };
  const judged = { ...answers, source, outputs, labels: samples.labels };
  const classes = classesOf(judged);
  const losses = lossesOf(judged, classes);
  const names = namesAgree(file.classNames, there.outputs);
  const isSame =
    names.every(({ same }) => same === samples.count) &&
    (precision === 'float32'
      ? differences.every(({ relative }) => relative <= LIMIT)
      : losses.every(({ loss, limit }) => loss <= limit));
  return {
    runtime: runner.name,
    samples: samples.count,
    ...{ from: samples.from, note: samples.note, precision },
    ...{ outputs: differences, classes: [...classes, ...names], losses },
    batches: await triedBatches(comparing, feeds),
    elapsedMs: { here: here.elapsedMs, there: there.elapsedMs },
    ...{ limit: LIMIT, isSame },
    firstDifferent: isSame ? null : await firstDifferent(comparing),
  };
}

/** A fixed batch, or as many as are held at once. */
const batchOf = ({ batch, samples }: Comparing): number => batch ?? Math.min(BATCH, samples.count);

/** What is left over of whole batches is answered by itself. */
async function answersHere(
  comparing: Comparing,
  inputs: Batch,
  count: number,
  outputs: readonly ForwardOutput[],
): Promise<OwnAnswers> {
  const { source, backend } = comparing;
  const batch = Math.min(batchOf(comparing), count);
  const whole = count - (count % batch);
  const ask = (some: Batch, samples: number, each: number) =>
    ownAnswers(source, backend, { inputs: some, count: samples, outputs, batch: each });
  const first = await ask(samplesFrom(inputs, 0, whole), whole, batch);
  if (whole === count) return first;
  const rest = await ask(samplesFrom(inputs, whole, count - whole), count - whole, count - whole);
  return {
    outputs: joinedSamples([first.outputs, rest.outputs]),
    drawn: joinedSamples([first.drawn, rest.drawn]),
    elapsedMs: first.elapsedMs + rest.elapsedMs,
  };
}

async function answersThere(session: FileSession, feeds: Batch, count: number, batch: number) {
  // Once to warm up, as here.
  await session.run(samplesFrom(feeds, 0, Math.min(batch, count)));
  const parts: Batch[] = [];
  const started = performance.now();
  for (let first = 0; first < count; first += batch) {
    parts.push(await session.run(samplesFrom(feeds, first, Math.min(batch, count - first))));
  }
  return { outputs: joinedSamples(parts), elapsedMs: performance.now() - started };
}

/** As `answersThere`, all samples at once, by a session that is closed whatever comes of it. */
async function answersOnce(session: FileSession, feeds: Batch, count: number) {
  try {
    return await answersThere(session, feeds, count, count);
  } finally {
    await session.close();
  }
}

/** One sample and an odd number of them come out in the right shapes; a fixed batch is tried as it is. */
async function triedBatches(
  { file, batch, session, outputs }: Comparing,
  feeds: Batch,
): Promise<readonly number[]> {
  const most = Math.max(1, ...[...feeds.values()].map(({ dims }) => dims[0] ?? 1));
  const all = Math.min(BATCH, most);
  const sizes = batch === null ? [...new Set([1, Math.min(7, all), all])] : [batch];
  for (const size of sizes) {
    const answers = await session.run(samplesFrom(feeds, 0, size));
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
  const { source, runner, samples } = comparing;
  const { analysis } = source;
  const left = new Set(comparing.file.leftOut);
  const outputs = analysis.order.flatMap((id): ForwardOutput[] => {
    const node = analysis.nodes.get(id);
    if (!node || left.has(id) || node.definition?.role === 'data') return [];
    return node.ports.out.map((port) => ({ name: `${id}.${port}`, from: { node: id, port } }));
  });
  const file = await comparing.withOutputs(outputs);
  // Few are enough, and what every node gives may be much.
  const count = comparing.batch ?? Math.min(8, samples.count);
  const inputs = samplesFrom(samples.inputs, 0, count);
  const here = await answersHere(comparing, inputs, count, outputs);
  const { takesRawInputs } = comparing;
  const cells = samples.cells && samplesFrom(samples.cells, 0, count);
  const given = { inputs, drawn: here.drawn, takesRawInputs, ...(cells && { cells }) };
  const feeds = feedsOf(source, file, given);
  const there = await answersOnce(await runner.open(file.bytes), feeds, count);
  if (comparing.precision === 'float32') {
    const found = outputs.find(
      ({ name }) => differenceOf(name, here.outputs, there.outputs).relative > LIMIT,
    );
    return found?.from.node ?? null;
  }
  // With less precision everything differs a little: the first by more than may be, or the worst of all.
  const deviations = outputs.map(({ name, from }) => ({
    node: from.node,
    deviation: deviationOf(here.outputs.get(name), there.outputs.get(name)),
  }));
  const first = deviations.find(({ deviation }) => deviation > MOST_DEVIATION);
  const [worst] = deviations.toSorted((a, b) => b.deviation - a.deviation);
  return (first ?? worst)?.node ?? null;
}
