/** `netloom train`: one run from the command line, recorded like any other. */
import type { BackendName } from '#engine/backends/backend.ts';
import { InputError, inputError, type NetworkDocument } from '#engine/ir/index.ts';
import { restoreDocument } from '#engine/ir/restoreDocument.ts';
import type { MetricPoint, RunSummary } from '#engine/protocol/index.ts';
import { createNodeHost, type NodeHost, withData } from './host.ts';
import { EXIT, note, print, printJson } from './output.ts';

export interface TrainOptions {
  readonly data?: string;
  readonly epochs?: number;
  readonly steps?: number;
  readonly batch?: number;
  readonly lr?: number;
  readonly seed?: number;
  readonly device?: 'auto' | 'cpu' | 'webgpu';
  readonly threads?: number;
  readonly init?: string;
  readonly save?: string;
  readonly runName?: string;
  readonly backend?: BackendName;
  readonly telemetryHz?: number;
  readonly json?: true;
}

export async function train(path: string, options: TrainOptions): Promise<number> {
  const host = createNodeHost();
  const { services } = host;
  try {
    const { document } = await services.projects.read(path);
    const settled = await withData(withSettings(document, options), services, options.data);
    const summary = await runToEnd(host, settled, options);
    const detail = services.runs.detail(summary.id);
    const { state, reason } = detail.progress;
    if (options.json) printJson(report(summary, detail.metrics));
    else print(sentence(summary));
    if (state === 'failed') {
      note(reason ?? detail.progress.problem?.message ?? 'Training failed.');
      return EXIT.input;
    }
    return state === 'interrupted' ? EXIT.fault : EXIT.success;
  } finally {
    services.close();
  }
}

function withSettings(document: NetworkDocument, options: TrainOptions): NetworkDocument {
  const { training } = document;
  const [objective, ...others] = training.objectives;
  const { lr } = options;
  return checked({
    ...document,
    training: {
      ...training,
      ...(options.epochs === undefined ? {} : { epochs: options.epochs }),
      ...(options.batch === undefined ? {} : { batchSize: options.batch }),
      ...(options.seed === undefined ? {} : { seed: options.seed }),
      ...(options.device === undefined ? {} : { device: options.device }),
      ...(options.threads === undefined ? {} : { threads: options.threads }),
      ...(lr === undefined || !objective
        ? {}
        : {
            objectives: [
              {
                ...objective,
                optimizer: {
                  ...objective.optimizer,
                  attrs: { ...objective.optimizer.attrs, lr },
                },
              },
              ...others,
            ],
          }),
    },
  });
}

/** Arguments are inputs like any other: what they make must be a document. */
function checked(input: unknown): NetworkDocument {
  const restored = restoreDocument(input);
  if (restored.ok) return restored.document;
  const [first, ...others] = restored.problems;
  throw first ? new InputError([first, ...others]) : inputError('cli.invalid', 'Invalid settings.');
}

async function runToEnd(
  { services }: NodeHost,
  document: NetworkDocument,
  options: TrainOptions,
): Promise<RunSummary> {
  const { training, runs, engine } = services;
  let runId: string | null = null;
  const ended = new Promise<void>((resolve) => {
    engine.on('progress', ({ progress }) => {
      if (!options.json && progress.state === 'running') {
        const { epoch, totalEpochs, step, totalSteps, samplesPerSecond } = progress;
        const speed = Math.round(samplesPerSecond);
        note(`epoch ${epoch + 1}/${totalEpochs} step ${step}/${totalSteps} ${speed} samples/s`);
      }
      if (progress.state === 'finished' || progress.state === 'stopped') resolve();
      if (progress.state === 'failed') resolve();
    });
    services.onCrash(resolve);
  });
  engine.on('log', ({ entry }) => note(entry.message));
  let interrupts = 0;
  const onInterrupt = (): void => {
    interrupts += 1;
    if (interrupts > 1 || runId === null) process.exit(130);
    note('Stopping; press Ctrl+C again to end at once.');
    void training.stop(runId);
  };
  process.on('SIGINT', onInterrupt);
  try {
    const summary = await training.start(document, {
      telemetryHz: options.telemetryHz ?? 0,
      ...(options.runName === undefined ? {} : { name: options.runName }),
      ...(options.steps === undefined ? {} : { maxSteps: options.steps }),
      ...(options.init === undefined ? {} : { initWeights: options.init }),
      ...(options.backend === undefined ? {} : { backend: options.backend }),
      ...(options.save === undefined ? {} : { saveWeights: options.save }),
    });
    runId = summary.id;
    if (!options.json) note(`${summary.name} on ${summary.device}`);
    await ended;
    return runs.summary(summary.id);
  } finally {
    process.off('SIGINT', onInterrupt);
  }
}

function report(summary: RunSummary, metrics: readonly MetricPoint[]) {
  const { progress } = summary;
  const last = (split: MetricPoint['split']) => {
    const point = metrics.filter((each) => each.split === split).at(-1);
    if (!point) return null;
    return {
      loss: point.loss,
      ...(point.accuracy === undefined ? {} : { accuracy: point.accuracy }),
    };
  };
  return {
    run: summary.id,
    device: summary.device,
    threads: summary.threads,
    epochs: progress.epoch,
    steps: progress.step,
    samplesPerSecond: progress.samplesPerSecond,
    train: last('train'),
    validation: last('validation'),
    test: last('test'),
    seconds: progress.elapsedMs / 1000,
  };
}

function sentence(summary: RunSummary): string {
  const { progress, last } = summary;
  const tested = last?.test ?? last?.validation;
  const accuracy =
    tested?.accuracy === undefined ? '' : `, accuracy ${(100 * tested.accuracy).toFixed(2)} %`;
  const score = tested ? `; ${tested.split} loss ${tested.loss.toFixed(4)}${accuracy}` : '';
  return `${summary.name}: ${progress.step} steps in ${(progress.elapsedMs / 1000).toFixed(1)} s${score}`;
}
