/**
 * The training service: from a document to a run in the engine. Checks the document again (the renderer
 * is not trusted), allows one run at a time, and passes on what the engine tells.
 */
import { mkdir } from 'node:fs/promises';
import { analyse } from '#engine/check/analyse.ts';
import { InputError, inputError, type NetworkDocument } from '#engine/ir/index.ts';
import type { AppEvents, RunSummary, StartRequest } from '#engine/protocol/index.ts';
import { checkpointPath } from '#engine/training/checkpoint.ts';
import type { EngineSupervisor } from './engineSupervisor.ts';
import type { RunsService } from './runs/runs.ts';

export type EmitAppEvent = <K extends keyof AppEvents>(event: K, payload: AppEvents[K]) => void;

export interface TrainingOptions {
  readonly engine: EngineSupervisor;
  readonly runs: RunsService;
  readonly emit: EmitAppEvent;
  readonly exists: (path: string) => Promise<boolean>;
}

/** What a caller may set beyond the document. */
export type TrainingChoices = Pick<
  StartRequest,
  'paused' | 'initWeights' | 'saveWeights' | 'maxSteps' | 'backend' | 'telemetryHz'
> & { readonly name?: string };

export class TrainingService {
  readonly #options: TrainingOptions;
  #active: string | null = null;

  constructor(options: TrainingOptions) {
    this.#options = options;
    const { engine, runs, emit } = options;
    engine.on('progress', (event) => {
      runs.progress(event);
      const { state } = event.progress;
      if (event.runId !== this.#active || state === 'running' || state === 'paused') return;
      if (state === 'preparing') return;
      this.#active = null;
      runs.flush();
      emit('run.changed', runs.summary(event.runId));
    });
    engine.on('metrics', (event) => {
      runs.metrics(event);
      emit('run.metrics', event);
    });
    engine.on('telemetry', (event) => {
      runs.frame(event.runId, 'telemetry', event.frame);
      emit('run.telemetry', event);
    });
    engine.on('samples', (event) => {
      runs.frame(event.runId, 'samples', event.frame);
      emit('run.samples', event);
    });
    engine.on('boundary', (event) => {
      runs.frame(event.runId, 'boundary', event.frame);
      emit('run.boundary', event);
    });
    engine.on('confusion', (event) => {
      runs.frame(event.runId, 'confusion', event.frame);
      emit('run.confusion', event);
    });
    engine.on('checkpoint', ({ runId }) => runs.checkpointed(runId));
    engine.on('log', (event) => {
      if (event.runId !== null) runs.log(event.runId, event.entry);
      emit('run.log', event);
    });
  }

  get activeRunId(): string | null {
    return this.#active;
  }

  async start(document: NetworkDocument, choices: TrainingChoices = {}): Promise<RunSummary> {
    this.#refuseSecond();
    const [first, ...others] = analyse(document).problems.filter((p) => p.severity === 'error');
    if (first) throw new InputError([first, ...others]);
    const { name, ...rest } = choices;
    const { id } = this.#options.runs.create(document, name);
    return this.#launch(id, document, rest);
  }

  /** Goes on with an interrupted or stopped run from its last checkpoint, as the same run. */
  async recover(runId: string): Promise<RunSummary> {
    this.#refuseSecond();
    const { runs, exists } = this.#options;
    const document = runs.document(runId);
    if (!(await exists(checkpointPath(runs.checkpointDir(runId), 'last')))) {
      throw inputError('run.no-checkpoint', 'This run ended before its first checkpoint.');
    }
    return this.#launch(runId, document, { resume: true });
  }

  pause = (runId: string) => this.#options.engine.call('pause', { runId });
  resume = (runId: string) => this.#options.engine.call('resume', { runId });
  step = (runId: string) => this.#options.engine.call('step', { runId });
  stop = (runId: string) => this.#options.engine.call('stop', { runId });
  saveWeights = (runId: string, path: string) =>
    this.#options.engine.call('saveWeights', { runId, path });

  /** The engine died. */
  crashed(reason: string): void {
    this.#active = null;
    this.#options.runs.interrupted(`The engine process ended (${reason}).`);
  }

  #refuseSecond(): void {
    if (this.#active !== null) {
      throw inputError('run.busy', 'Another run is being trained. Stop it first.');
    }
  }

  async #launch(
    runId: string,
    document: NetworkDocument,
    choices: Partial<StartRequest>,
  ): Promise<RunSummary> {
    const { engine, runs } = this.#options;
    this.#active = runId;
    const checkpointDir = runs.checkpointDir(runId);
    await mkdir(checkpointDir, { recursive: true });
    try {
      const reply = await engine.call('start', { ...choices, runId, document, checkpointDir });
      if (choices.resume === true) runs.rewind(runId, reply.startStep);
      return runs.started(runId, reply);
    } catch (error) {
      // A crash has marked it as interrupted already; a refusal leaves nothing to resume.
      if (this.#active === runId) {
        this.#active = null;
        runs.failed(runId, error instanceof Error ? error.message : String(error));
      }
      throw error;
    }
  }
}
