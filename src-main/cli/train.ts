/** `netloom train`: one run from the command line, recorded like any other. */
import { access, constants } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { BackendName } from '#engine/backends/backend.ts';
import { inputError, type NetworkDocument, type Objective } from '#engine/ir/index.ts';
import { own } from '#engine/ir/record.ts';
import { headline, inSentence, metricName, ofSamples } from '#engine/metrics/names.ts';
import {
  isActive,
  type MetricPoint,
  type MetricValues,
  type RunOrigin,
  pointsOf,
  type RunProgress,
  type RunSummary,
} from '#engine/protocol/index.ts';
import { checked } from './checked.ts';
import { figureText } from './figureText.ts';
import { createNodeHost, type NodeHost } from './host.ts';
import { EXIT, note, print, printJson, problemLine } from './output.ts';
import { createStatusLine, progressText } from './progressLine.ts';
import { checkedDocument, withSettingOptions } from './settingOptions.ts';
import { guessWarning, reportLines, reportOf } from './tableReport.ts';
import { type FromOptions, originOf, ownGraph } from './trainFrom.ts';
import { type DataArguments, type ProjectData, withData } from './withData.ts';
import { formatInteger } from '#engine/ir/numberText.ts';

/** What the engine calls a failure that is its own. */
const ENGINE_FAULT = 'engine.fault';
/** As precise as a test set, and soon done also where the training data is large. */
const JUDGED_TRAINING_ROWS = 10_000;

/** Beside the settings that the schema gives an option: see settingOptions.ts. */
export interface TrainOptions extends DataArguments, FromOptions {
  readonly epochs?: number;
  readonly steps?: number;
  readonly lr?: number;
  readonly init?: string;
  readonly save?: string;
  readonly runName?: string;
  readonly backend?: BackendName;
  readonly telemetryHz?: number;
  readonly json?: true;
}

export async function train(path: string | undefined, options: TrainOptions): Promise<number> {
  const host = createNodeHost();
  const { services } = host;
  try {
    await mustBeWritable(options.save);
    const { settled, from } = await whatToTrain(host, path, options);
    for (const description of settled.described.values()) {
      const warning = guessWarning(description);
      if (warning !== null) note(warning);
      if (!options.json) for (const line of reportLines(description)) note(line);
    }
    for (const change of settled.changes) note(change);
    // An error is said by who refuses to train.
    const { analysis, memory } = await checked(settled.document, settled.described);
    const problems = [...analysis.problems, ...(memory?.problem ? [memory.problem] : [])];
    for (const problem of problems) {
      if (problem.severity !== 'error') note(problemLine(problem));
    }
    const summary = await runToEnd(host, settled, options, from);
    const detail = services.runs.detail(summary.id);
    const data = [...settled.described.values()].map(reportOf);
    if (options.json) {
      printJson({ ...report(summary, pointsOf(detail.curves)), ...(data[0] && { data: data[0] }) });
    } else print(sentence(summary));
    return exitCode(detail.progress);
  } finally {
    await services.close();
  }
}

/** The project as the command line has it, or the graph of the run that it goes on from. */
async function whatToTrain(
  { services }: NodeHost,
  path: string | undefined,
  options: TrainOptions,
): Promise<{ readonly settled: ProjectData; readonly from: RunOrigin | null }> {
  const origin = options.from === undefined ? null : originOf(services.runs, options.from);
  if (origin && options.init !== undefined) {
    throw inputError(
      'cli.two-beginnings',
      'A run begins with --from or with --init, not with both.',
    );
  }
  if (path === undefined) {
    if (!origin) throw inputError('cli.no-project', 'Name a project or a run to go on from.');
    refuseOtherData(options);
    const from = { ...origin, trainOn: options.weightsOnly !== true };
    const settle = (document: NetworkDocument) => withSettings(document, options);
    return { settled: await ownGraph(services.runs, from, settle, options.epochs), from };
  }
  const { document, problems } = await services.projects.read(path);
  for (const problem of problems) note(problemLine(problem));
  const settled = await withData(withSettings(document, options), path, options, services);
  return { settled, from: origin };
}

/** A run that is trained on has the data that it had; a project can have others. */
function refuseOtherData({ data, target, ignore, task, recipe, dataOption }: TrainOptions): void {
  const given = { data, target, ignore, task, recipe, 'data-option': dataOption };
  const [option] = Object.entries(given).flatMap(([name, value]) =>
    value === undefined || value.length === 0 ? [] : [name],
  );
  if (option === undefined) return;
  throw inputError(
    'cli.data-of-run',
    `--${option} does not go with --from alone: a run is trained on with the data it had. Name a project too.`,
    { path: option },
  );
}

/** Says why a run did not end well. */
function exitCode({ state, problem, reason }: RunProgress): number {
  if (state === 'finished' || state === 'stopped') return EXIT.success;
  note(problem ? problemLine(problem) : (reason ?? 'Training failed.'));
  if (problem?.explanation !== undefined) note(problem.explanation);
  return state === 'failed' && problem?.code !== ENGINE_FAULT ? EXIT.input : EXIT.fault;
}

/** Better said now than after hours of training. */
async function mustBeWritable(path: string | undefined): Promise<void> {
  if (path === undefined) return;
  const folder = dirname(resolve(path));
  await access(folder, constants.W_OK).catch(() => {
    throw inputError('file.no-folder', 'The weights cannot be saved into this folder.', {
      path: folder,
    });
  });
}

function withSettings(document: NetworkDocument, options: TrainOptions): NetworkDocument {
  const { training } = document;
  const [objective, ...others] = training.objectives;
  const { lr } = options;
  const settings =
    lr === undefined || !objective
      ? training
      : { ...training, objectives: [withRate(objective, lr), ...others] };
  return checkedDocument({ ...document, training: withSettingOptions(settings, { ...options }) });
}

const withRate = ({ optimizer, ...objective }: Objective, lr: number): Objective => ({
  ...objective,
  optimizer: { ...optimizer, attrs: { ...optimizer.attrs, lr } },
});

async function runToEnd(
  { services }: NodeHost,
  { document, access }: ProjectData,
  options: TrainOptions,
  from: RunOrigin | null,
): Promise<RunSummary> {
  const { training, runs, engine } = services;
  let runId: string | null = null;
  const line = options.json ? null : createStatusLine(process.stderr);
  const ended = new Promise<void>((done) => {
    engine.on('progress', ({ progress }) => {
      const text = progressText(progress);
      if (text !== null) line?.show(text);
      if (!isActive(progress.state)) done();
    });
    services.onCrash(done);
  });
  engine.on('log', ({ entry }) => {
    line?.clear();
    note(entry.message);
  });
  let interrupts = 0;
  const onInterrupt = (): void => {
    interrupts += 1;
    if (interrupts > 1 || runId === null) process.exit(130);
    note('Stopping; press Ctrl+C again to end at once.');
    training.stop(runId).catch(() => undefined);
  };
  process.on('SIGINT', onInterrupt);
  try {
    const summary = await training.start(document, {
      access,
      telemetryHz: options.telemetryHz ?? 0,
      judgeTraining: JUDGED_TRAINING_ROWS,
      ...(options.runName === undefined ? {} : { name: options.runName }),
      ...(options.steps === undefined ? {} : { maxSteps: options.steps }),
      ...(from && { from }),
      ...(options.init === undefined ? {} : { initWeights: options.init }),
      ...(options.backend === undefined ? {} : { backend: options.backend }),
      ...(options.save === undefined ? {} : { saveWeights: options.save }),
    });
    runId = summary.id;
    const { weights } = summary;
    if (!options.json) note(`${summary.name} on ${summary.device}`);
    await ended;
    line?.clear();
    return { ...runs.summary(summary.id), ...(weights && { weights }) };
  } finally {
    process.off('SIGINT', onInterrupt);
  }
}

/**
 * `train` is of evaluation mode as the other splits are, so that they can be compared; `running` is the end
 * of the training curve, a mean over the last steps with dropout at work.
 */
function report(summary: RunSummary, metrics: readonly MetricPoint[]) {
  const { progress } = summary;
  const last = (split: MetricPoint['split']) => {
    const point = metrics.filter((each) => each.split === split).at(-1);
    if (!point) return null;
    return ofSamples(point.values);
  };
  const { state, reason, problem, trained } = progress;
  return {
    run: summary.id,
    state,
    ...(reason === undefined ? {} : { reason }),
    ...(problem && { problem }),
    ...(summary.parent && { parent: summary.parent }),
    ...(summary.weights && { weights: summary.weights }),
    device: summary.device,
    threads: summary.threads,
    epochs: progress.epoch,
    steps: progress.step,
    samplesPerSecond: progress.samplesPerSecond,
    train: {
      ...(trained ? ofSamples(trained.values) : { loss: null }),
      samples: trained?.samples ?? 0,
      running: last('train'),
    },
    validation: last('validation'),
    test: last('test'),
    seconds: progress.elapsedMs / 1000,
  };
}

/** The loss and the figure that says most. */
function scoreText(values: MetricValues): string {
  const keys = new Set(['loss', headline(values) ?? 'loss']);
  return [...keys].map((key) => metricText(key, own(values, key) ?? NaN)).join(', ');
}

const metricText = (key: string, value: number): string =>
  `${inSentence(metricName(key).label)} ${figureText(key, value)}`;

function sentence(summary: RunSummary): string {
  const { progress, last } = summary;
  const tested = last?.test ?? last?.validation;
  const { trained } = progress;
  const scores = [
    ...(trained
      ? [`train ${scoreText(trained.values)} (${formatInteger(trained.samples)} samples)`]
      : []),
    ...(tested ? [`${tested.split} ${scoreText(tested.values)}`] : []),
  ];
  const done = `${formatInteger(progress.step)} steps in ${(progress.elapsedMs / 1000).toFixed(1)} s`;
  return `${summary.name}: ${[done, ...scores].join('; ')}`;
}
