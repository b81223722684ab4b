/**
 * Tries runs on samples of somebody's own. What trains is not asked: answers come from a process that trains nothing,
 * pictures are decoded in another one, and both end when nobody has asked for a while. One question after the other.
 */
import { analyse } from '#engine/check/analyse.ts';
import { withFields } from '#engine/export/source.ts';
import { InputError, inputError, type NetworkDocument } from '#engine/ir/index.ts';
import { asInputError } from '#engine/ir/systemError.ts';
import {
  type CaseResult,
  type DataOrigin,
  type GenerateReply,
  type HeldOutRow,
  type Nearest,
  type OwnInput,
  RemoteError,
  type RowValues,
  type TablePreview,
  type TryAnswer,
  type TryCase,
  type TryExample,
  type TryForm,
  type TryRun,
  type TrySubject,
  type Writing,
} from '#engine/protocol/index.ts';
import { type DataAccess, slotNames } from '#engine/datasets/index.ts';
import { parseNormalisation } from '#engine/training/checkpoint.ts';
import { NORMALISATION_KEY, parseFittedData } from '#engine/training/fittedData.ts';
import { answersOf, classesOf, type OwnSamples } from '#engine/training/ownSamples/answers.ts';
import {
  type Asked,
  type Decode,
  formOf,
  ownSample,
  whatItGot,
} from '#engine/training/ownSamples/index.ts';
import { usedSource } from '#engine/training/prepare.ts';
import { keptAccess } from '../dataAccess.ts';
import type { DataReader } from '../dataReader.ts';
import type { EngineSupervisor } from '../engineSupervisor.ts';
import { type ChosenWeights, weightsOf } from '../exports/weights.ts';
import { metadataOf } from '../runs/checkpointFiles.ts';
import type { RunsService } from '../runs/runs.ts';
import type { TryCases } from './cases.ts';
import { judge } from './judge.ts';
import { Questions } from './questions.ts';

/** Nobody has asked for so long: what is held of the data is let go. */
const IDLE_MS = 60_000;
/** Rows of a table to choose an example from. */
const PREVIEW_ROWS = 200;

export interface TryOptions {
  readonly runs: RunsService;
  readonly cases: TryCases;
  readonly newEngine: () => EngineSupervisor;
  /** For pictures alone, so that a long table is not waited for. */
  readonly decoder: Pick<DataReader, 'decode' | 'close'>;
  readonly reader: Pick<DataReader, 'prepare' | 'previewTable'>;
}

interface Opened extends Asked {
  readonly runId: string;
  readonly form: TryForm;
  readonly weights: ChosenWeights;
  readonly access: DataAccess;
}

export class TryService {
  readonly #options: TryOptions;
  readonly questions = new Questions();
  #engine: EngineSupervisor | null = null;
  #idle: ReturnType<typeof setTimeout> | null = null;
  #preview: { readonly key: string; readonly preview: Promise<TablePreview> } | null = null;

  constructor(options: TryOptions) {
    this.#options = options;
  }

  async subject(asked: TryRun): Promise<TrySubject> {
    const checkpoints = this.#options.runs.retention.checkpoints(asked.runId);
    if (checkpoints.length === 0) {
      const reason = 'This run has no weights yet: they come with its first checkpoint.';
      return { form: { kind: 'none', reason }, checkpoints };
    }
    return { form: (await this.#open(asked)).form, checkpoints };
  }

  /** Throws InputError where the data cannot be read any more. */
  async example({ index, ...asked }: TryRun & { readonly index: number }): Promise<TryExample> {
    const opened = await this.#open(asked);
    const { form } = opened;
    if (form.kind === 'row') return this.#rowExample(opened, form, index);
    const request = { document: opened.document, data: await this.#data(opened), index };
    const found = await this.#call((engine) => engine.call('heldOut', request));
    return {
      input: inputOf(found, opened),
      part: found.part,
      expected: labelOf(found, opened),
      ranges: found.ranges,
    };
  }

  async answer({ input, ...asked }: TryRun & { readonly input: OwnInput }): Promise<TryAnswer> {
    const opened = await this.#open(asked);
    const samples = await this.#sample(opened, input);
    const { which, step } = opened.weights;
    return { ...(await this.#answer(opened, samples)), weights: { which, step } };
  }

  /** Throws InputError where the run did not learn to. */
  async write({
    writing,
    ...asked
  }: TryRun & { readonly writing: Writing }): Promise<GenerateReply> {
    const { document, weights } = await this.#open(asked);
    const request = { document, weights: weights.path, ...writing };
    return this.#call((engine) => engine.call('generate', request));
  }

  async nearest({
    input,
    count,
    ...asked
  }: TryRun & { readonly input: OwnInput; readonly count: number }): Promise<Nearest> {
    const opened = await this.#open(asked);
    const { inputs } = await this.#sample(opened, input);
    const { document } = opened;
    try {
      const data = await this.#data(opened);
      const found = await this.#call((engine) =>
        engine.call('nearest', { document, data, inputs, count }),
      );
      const samples = found.rows.map((row) => {
        const [got] = whatItGot(row.inputs, opened);
        const { distance } = row;
        if (!got) throw new Error('a row has no input');
        return { row: row.row, distance, label: labelOf(row, opened), got };
      });
      return { kind: 'found', ...found, samples };
    } catch (thrown) {
      // The answer stands without them.
      return { kind: 'unknown', problem: problemOf(thrown) };
    }
  }

  list(runId: string): Promise<readonly TryCase[]> {
    return this.#options.cases.list(this.#projectOf(runId));
  }

  save(runId: string, kept: TryCase): Promise<void> {
    return this.#options.cases.save(this.#projectOf(runId), kept);
  }

  delete(runId: string, id: string): Promise<void> {
    return this.#options.cases.delete(this.#projectOf(runId), id);
  }

  async runCases(asked: TryRun): Promise<readonly CaseResult[]> {
    const cases = await this.list(asked.runId);
    if (cases.length === 0) return [];
    const opened = await this.#open(asked);
    const results: CaseResult[] = [];
    for (const kept of cases) {
      try {
        const samples = await this.#sample(opened, kept.input);
        results.push(judge(kept, (await this.#answer(opened, samples)).answers));
      } catch (thrown) {
        const problem = problemOf(thrown);
        results.push({ id: kept.id, outcome: 'refused', answer: null, problem });
      }
    }
    return results;
  }

  /** What is being answered ends first: it reads of the record of runs. */
  async close(): Promise<void> {
    this.questions.close();
    this.#letGo();
    this.#options.decoder.close();
    await this.questions.settled();
  }

  /** Runs of one document share their cases; of documents without an id each run has its own. */
  #projectOf(runId: string): string {
    return this.#options.runs.summary(runId).documentId ?? runId;
  }

  async #open({ runId, which }: TryRun): Promise<Opened> {
    const { runs } = this.#options;
    const weights = weightsOf(runs, runId, which);
    const metadata = metadataOf(weights.path);
    const fitted = parseFittedData(metadata, weights.path);
    const kept = runs.document(runId);
    const document = alone(fitted ? withFields(kept, fitted.fields) : kept);
    const analysis = analyse(document);
    const normalisations = parseNormalisation(metadata[NORMALISATION_KEY], weights.path);
    return {
      ...{ runId, document, analysis, fitted, normalisations, weights },
      form: formOf({ analysis, fitted }),
      access: await keptAccess(runs.checkpointDir(runId)),
    };
  }

  #sample(opened: Opened, input: OwnInput): Promise<OwnSamples> {
    const decode: Decode = async (bytes, target) => {
      const [decoded] = await this.#options.decoder.decode({ pictures: [bytes], target });
      if (decoded?.ok === true) return decoded.pixels;
      const [problem] = decoded?.problems ?? [];
      throw problem
        ? new InputError([{ ...problem, path: 'picture' }])
        : new Error('a picture was answered by nothing');
    };
    return ownSample(input, opened, decode);
  }

  async #answer(
    opened: Opened,
    samples: OwnSamples,
  ): Promise<Pick<TryAnswer, 'answers' | 'notes' | 'got'>> {
    const { document, analysis, weights } = opened;
    const { inputs } = samples;
    const request = { document, weights: weights.path, inputs };
    const { outputs, notes } = await this.#call((engine) => engine.call('predict', request));
    return {
      answers: samples.told(answersOf(analysis.heads, outputs), 0),
      notes: [...samples.notes, ...notes],
      got: whatItGot(inputs, opened),
    };
  }

  #data({ document, access }: Opened): Promise<DataOrigin> {
    return this.#options.reader.prepare(document, access);
  }

  /** Cells as they stand in the file: what was prepared does not tell them. */
  async #rowExample(
    opened: Opened,
    form: Extract<TryForm, { kind: 'row' }>,
    index: number,
  ): Promise<TryExample> {
    const { document, analysis, access } = opened;
    const { source, options } = usedSource(analysis);
    const { split, seed } = document.training;
    const request = { source, options, split, seed, rows: PREVIEW_ROWS };
    const key = JSON.stringify([request, access]);
    if (this.#preview?.key !== key) {
      const preview = this.#options.reader.previewTable({ ...request, access });
      this.#preview = { key, preview };
      preview.catch(() => (this.#preview = null));
    }
    const { columns, rows } = await this.#preview.preview;
    const heldOut = rows.filter(({ part }) => part === 'validation');
    const among = heldOut.length > 0 ? heldOut : rows.filter(({ part }) => part === 'train');
    const row = among[index % Math.max(1, among.length)];
    if (!row) throw inputError('try.no-rows', 'The data has no rows to begin with.');
    const cellOf = (name: string): string =>
      row.cells[columns.findIndex((column) => column.name === name)] ?? '';
    return {
      input: {
        kind: 'row',
        cells: Object.fromEntries(form.columns.map(({ name }) => [name, cellOf(name)])),
      },
      part: heldOut.length > 0 ? 'validation' : 'training',
      expected: expectedOf(opened, form, cellOf),
      ranges: await this.#columnRanges(opened, form),
    };
  }

  /** As the recipe says them; without one, of the features that are columns as they are. */
  async #columnRanges(
    opened: Opened,
    { columns }: Extract<TryForm, { kind: 'row' }>,
  ): Promise<TryExample['ranges']> {
    const { document, fitted } = opened;
    const { table } = fitted ?? {};
    const known = columns.map(({ range }) => range ?? null);
    if (!table || table.recipe) return known;
    const names = table.features.flatMap(slotNames);
    try {
      const request = { document, data: await this.#data(opened), index: 0 };
      const { ranges } = await this.#call((engine) => engine.call('heldOut', request));
      return columns.map(({ name, kind }) =>
        kind === 'number' ? (ranges[names.indexOf(name)] ?? null) : null,
      );
    } catch {
      // A form without them serves as well.
      return known;
    }
  }

  async #call<T>(ask: (engine: EngineSupervisor) => Promise<T>): Promise<T> {
    this.questions.check();
    if (this.#idle) clearTimeout(this.#idle);
    this.#engine ??= this.#options.newEngine();
    try {
      return await ask(this.#engine);
    } finally {
      if (this.#idle) clearTimeout(this.#idle);
      this.#idle = setTimeout(() => this.#letGo(), IDLE_MS);
      this.#idle.unref();
    }
  }

  #letGo(): void {
    if (this.#idle) clearTimeout(this.#idle);
    this.#engine?.close();
    this.#engine = null;
    this.#preview = null;
  }
}

/** On one thread: whatever trains keeps its cores. No result depends on it. */
const alone = (document: NetworkDocument): NetworkDocument => ({
  ...document,
  training: { ...document.training, threads: 1 },
});

function problemOf(thrown: unknown) {
  const error = asInputError(thrown);
  const [problem] =
    error instanceof InputError || error instanceof RemoteError ? error.problems : [];
  if (problem) return problem;
  if (error instanceof RemoteError) {
    return { code: error.code ?? 'try.failed', severity: 'error' as const, message: error.message };
  }
  throw thrown;
}

/** What the row has in the column that is predicted; of several of labels those that it has, as a case expects them. */
function expectedOf(
  { fitted }: Opened,
  { target }: Extract<TryForm, { kind: 'row' }>,
  cellOf: (name: string) => string,
): string | null {
  const labels = fitted?.table?.target?.labels;
  if (!labels) return target ? cellOf(target.name) || null : null;
  const own = labels.filter((label) => Number(cellOf(label)) === 1);
  return own.length > 0 ? own.join(', ') : 'none';
}

/** What is right about a row: of a class its name, of labels those that it has. */
function labelOf({ truths }: RowValues, { form, analysis, fitted }: Opened): string | null {
  const [truth] = truths;
  const [value] = truth?.values ?? [];
  if (!truth || value === undefined) return null;
  const target = form.kind === 'none' ? null : form.target;
  const field = (fitted?.fields ?? []).find(({ name }) => name === truth.field);
  const known = analysis.heads.find(({ targetField }) => targetField?.field.name === truth.field);
  const described = field ?? known?.targetField?.field;
  if (described?.labels) {
    const own = described.labels.filter((_, i) => (truth.values[i] ?? 0) > 0.5);
    return own.length > 0 ? own.join(', ') : 'none';
  }
  const classes = target?.classes ?? (described && classesOf(described));
  if (classes) return classes[value] ?? String(value);
  return truth.values
    .slice(0, SHOWN_VALUES)
    .map((each) => String(Number(each.toPrecision(6))))
    .join(', ');
}
const SHOWN_VALUES = 6;

/** A row of the data as somebody would hand it over. */
function inputOf({ inputs }: HeldOutRow, { form, fitted }: Opened): OwnInput | null {
  const [first] = inputs;
  if (form.kind === 'numbers') {
    return { kind: 'numbers', values: inputs.flatMap(({ data }) => [...data]) };
  }
  if (form.kind === 'picture' && first) {
    return { kind: 'pixels', pixels: Uint8Array.from(first.data) };
  }
  const { reading } = fitted ?? {};
  if (form.kind !== 'series' || reading?.kind !== 'windows' || !first || reading.scales)
    return null;
  const { window, layout, inputs: names, time, group } = reading;
  const rows = Array.from({ length: window }, (_, row) => [
    ...(time === null ? [] : [String(row + 1)]),
    ...(group === null ? [] : ['sample']),
    ...names.map((_name, column) => {
      const at = layout === 'steps' ? row * names.length + column : column * window + row;
      return String(Number((first.data[at] ?? 0).toPrecision(7)));
    }),
  ]);
  return { kind: 'series', text: [form.columns, ...rows].map((row) => row.join(',')).join('\n') };
}
