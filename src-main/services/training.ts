/**
 * The training service of one engine: from a document to a run in it. Checks the document again (the renderer
 * is not trusted), allows one run at a time, and passes on what the engine tells. Several engines: lanes/.
 */
import { analyse } from '#engine/check/analyse.ts';
import { type DataAccess, NO_FILES } from '#engine/datasets/index.ts';
import { InputError, inputError, type NetworkDocument } from '#engine/ir/index.ts';
import type {
  AppEvents,
  Attention,
  DataOrigin,
  RunCheckpoint,
  RunOrigin,
  RunParent,
  RunSummary,
  StartReply,
  StartRequest,
} from '#engine/protocol/index.ts';
import { checkpointPath } from '#engine/training/checkpoint.ts';
import { keepAccess, keptAccess } from './dataAccess.ts';
import { type EngineSupervisor, hasEnded } from './engineSupervisor.ts';
import { pathOf } from './runs/checkpointFiles.ts';
import type { RunsService } from './runs/runs.ts';
import { makePrivateFolder } from './stateFiles.ts';

export type EmitAppEvent = <K extends keyof AppEvents>(event: K, payload: AppEvents[K]) => void;

/** How long the end of the program waits for a last checkpoint. */
const SUSPEND_MS = 3_000;

export interface TrainingOptions {
  readonly engine: EngineSupervisor;
  readonly runs: RunsService;
  readonly emit: EmitAppEvent;
  readonly exists: (path: string) => Promise<boolean>;
  /** Has the data read by whom files can do no harm. */
  readonly prepareData: (document: NetworkDocument, access: DataAccess) => Promise<DataOrigin>;
}

/** What a caller may set beyond the document. */
export type TrainingChoices = Pick<
  StartRequest,
  | 'attention'
  | 'backend'
  | 'initWeights'
  | 'judgeTraining'
  | 'maxSteps'
  | 'paused'
  | 'saveWeights'
  | 'telemetryHz'
  | 'threads'
> & {
  /** What its data source may read; absent: generated data only. */
  readonly access?: DataAccess;
  /** Of the run that is begun, where it is known before; one is made where not. */
  readonly runId?: string;
  readonly name?: string;
  readonly tags?: readonly string[];
  /** What it is trained together with, such as the other trials of a sweep. */
  readonly group?: string;
  readonly from?: RunOrigin;
};

/** What a run is to begin with: the request's part of it, and what is told. */
interface Beginning {
  readonly parent: RunParent;
  readonly choices: Pick<StartRequest, 'initWeights' | 'trainOn'>;
  readonly message: string;
}

/** A run that the engine was asked to begin or to go on with. */
interface Launch {
  readonly runId: string;
  /** What a run to be resumed was before; null for a new one. */
  readonly before: RunSummary | null;
  /** The engine has said something of it. */
  begun: boolean;
}

export class TrainingService {
  readonly #options: TrainingOptions;
  #active: string | null = null;
  /** Until the engine has answered. */
  #launching: Launch | null = null;
  /** The run being resumed, until the engine says from which step. */
  #resuming: string | null = null;
  /** Step of the active run's last checkpoint. */
  #savedStep = -1;
  #onQuiet: () => void = () => undefined;

  constructor(options: TrainingOptions) {
    this.#options = options;
    const { engine, runs, emit } = options;
    engine.on('progress', (event) => {
      const { state, step } = event.progress;
      if (event.runId === this.#launching?.runId) this.#launching.begun = true;
      // The first word of a run that goes on from its checkpoint, resumed or after a lost device, before
      // any metric: what came after the checkpoint comes again.
      const again = event.runId === this.#active && step < runs.summary(event.runId).progress.step;
      if (event.runId === this.#resuming || again) {
        this.#resuming = null;
        runs.rewind(event.runId, step);
      }
      runs.progress(event);
      if (event.runId !== this.#active || state === 'running' || state === 'preparing') return;
      if (state !== 'paused') this.#active = null;
      this.#onQuiet();
    });
    engine.on('device', (event) => runs.moved(event));
    engine.on('metrics', (event) => {
      runs.metrics(event);
      emit('run.metrics', event);
    });
    engine.on('snapshot', (event) => {
      runs.snapshot(event);
      emit('run.snapshot', event);
    });
    engine.on('checkpoint', (event) => {
      const { runId, which, step } = event;
      runs.checkpointed(event);
      if (runId !== this.#active || which !== 'last') return;
      this.#savedStep = step;
      this.#onQuiet();
    });
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
    const { runId, name, tags, group, from, ...rest } = choices;
    const { runs } = this.#options;
    const begin = from === undefined ? null : this.#beginningOf(from);
    const { id } = runs.create(document, { id: runId, name, tags, group, parent: begin?.parent });
    if (begin) runs.log(id, { timeMs: 0, level: 'info', message: begin.message });
    return this.#launch({ runId: id, before: null, begun: false }, document, {
      ...rest,
      ...begin?.choices,
    });
  }

  #beginningOf({ run, step: asked, trainOn = false }: RunOrigin): Beginning {
    const { name } = this.#options.runs.summary(run);
    const { path, step } = this.#checkpointOf(run, asked, trainOn);
    return trainOn
      ? {
          parent: { run, step, trainedOn: true },
          choices: { trainOn: path },
          message: `Trains ${name} on from step ${step}, with its optimiser's state.`,
        }
      : {
          parent: { run, step },
          choices: { initWeights: path },
          message: `Begins with the weights of ${name}, step ${step}; the optimiser starts anew.`,
        };
  }

  /** Of no step: what a run came to, its last state, or where it watched for its best epoch that. */
  #checkpointOf(runId: string, step: number | undefined, whole: boolean) {
    const { runs } = this.#options;
    const usable = runs.retention.checkpoints(runId).filter(({ isWhole }) => isWhole || !whole);
    const of = (wanted: RunCheckpoint['which']) => usable.find(({ which }) => which === wanted);
    const watched = runs.document(runId).training.earlyStopping !== null;
    const found =
      step === undefined
        ? ((watched ? of('best') : undefined) ?? of('last') ?? of('best'))
        : usable.find((each) => each.step === step);
    if (found) return { path: pathOf(runs.checkpointDir(runId), found), step: found.step };
    if (step === undefined) {
      throw inputError('run.no-checkpoint', 'This run left no weights to begin with.');
    }
    const steps = [...new Set(usable.map((each) => each.step))].join(', ');
    throw inputError('run.no-checkpoint', `This run has no checkpoint of step ${step}.`, {
      explanation: steps === '' ? 'None of it is kept.' : `It has those of the steps ${steps}.`,
    });
  }

  /** Goes on with an interrupted or stopped run from its last checkpoint, as the same run. */
  async recover(runId: string, choices: TrainingChoices = {}): Promise<RunSummary> {
    this.#refuseSecond();
    const { runs, exists } = this.#options;
    const seen = runs.resumable(runId);
    const document = runs.document(runId);
    if (!(await exists(checkpointPath(runs.checkpointDir(runId), 'last')))) {
      throw inputError('run.no-checkpoint', 'This run ended before its first checkpoint.');
    }
    const access = await keptAccess(runs.checkpointDir(runId));
    // Another run may have been started while the disk was asked.
    this.#refuseSecond();
    runs.claim(seen);
    const before = seen.summary;
    const launch = { runId, before, begun: false };
    return this.#launch(launch, document, { ...choices, access, resume: true });
  }

  pause = (runId: string) => this.#options.engine.call('pause', { runId });
  resume = (runId: string) => this.#options.engine.call('resume', { runId });
  step = (runId: string) => this.#options.engine.call('step', { runId });
  stop = (runId: string) => this.#options.engine.call('stop', { runId });
  /** Of the run that is trained, where there is one. */
  attend(attention: Attention): void {
    if (this.#active === null) return;
    // Where it has just ended nothing is to be shown.
    this.#options.engine
      .call('attend', { runId: this.#active, ...attention })
      .catch(() => undefined);
  }
  saveWeights = (runId: string, path: string) =>
    this.#options.engine.call('saveWeights', { runId, path });

  /** The engine died. */
  crashed(how: string): void {
    // Who waits for its answer tries another engine.
    if (this.#launching?.begun === false) return;
    const runId = this.#active;
    this.#active = null;
    if (runId !== null) this.#options.runs.interrupted(runId, `The engine process ended (${how}).`);
    this.#onQuiet();
  }

  /** Before the program ends: a pause is followed by a checkpoint, from which the run goes on next time. */
  async suspend(patienceMs = SUSPEND_MS): Promise<void> {
    const runId = this.#active;
    if (runId === null) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const quiet = new Promise<void>((resolve) => {
      this.#onQuiet = () => {
        if (this.#active === null || this.#isSaved(runId)) resolve();
      };
      timer = setTimeout(resolve, patienceMs);
    });
    const { state } = this.#options.runs.summary(runId).progress;
    if (state === 'running') await this.pause(runId).catch(() => undefined);
    this.#onQuiet();
    if (state === 'running' || state === 'paused') await quiet;
    clearTimeout(timer);
    this.#active = null;
    if (this.#launching?.begun === false) await this.#takeBack(this.#launching);
    this.#options.runs.interrupted(runId, 'Netloom was closed while this run was training.');
  }

  #isSaved(runId: string): boolean {
    const { state, step } = this.#options.runs.summary(runId).progress;
    return state === 'paused' && this.#savedStep >= step;
  }

  #refuseSecond(): void {
    if (this.#active !== null) {
      throw inputError(
        'run.busy',
        'Another run is being trained. Stop it first, or add this one to the queue.',
      );
    }
  }

  async #launch(
    launch: Launch,
    document: NetworkDocument,
    { access, ...choices }: Partial<StartRequest> & Pick<TrainingChoices, 'access'>,
  ): Promise<RunSummary> {
    const { runs } = this.#options;
    const { runId } = launch;
    this.#active = runId;
    this.#launching = launch;
    this.#savedStep = -1;
    this.#resuming = choices.resume === true ? runId : null;
    const { device } = document.training;
    const backend = choices.backend ?? (device === 'cpu' ? 'wasm' : device);
    const checkpointDir = runs.checkpointDir(runId);
    try {
      makePrivateFolder(checkpointDir);
      if (access) await keepAccess(checkpointDir, access);
      const data = await this.#options.prepareData(document, access ?? NO_FILES);
      const request = { ...choices, backend, runId, document, checkpointDir, data };
      const reply = await this.#begin(request);
      const summary = runs.started(runId, reply);
      return reply.weights ? { ...summary, weights: reply.weights } : summary;
    } catch (error) {
      this.#resuming = null;
      if (this.#active === runId) this.#active = null;
      if (!launch.begun) await this.#takeBack(launch);
      throw error;
    } finally {
      this.#launching = null;
    }
  }

  /** An idle engine may die in this very moment; nothing has begun then, and another one can begin it. */
  async #begin(request: StartRequest): Promise<StartReply> {
    const { engine } = this.#options;
    try {
      return await engine.call('start', request);
    } catch (error) {
      const again = hasEnded(error) && this.#launching?.begun === false;
      if (!again || this.#active !== request.runId) throw error;
      return engine.call('start', request);
    }
  }

  /** A run that never began leaves nothing; one that was to go on is what it was. */
  async #takeBack({ runId, before }: Launch): Promise<void> {
    const { runs } = this.#options;
    this.#launching = null;
    if (before) runs.putBack(before);
    else await runs.withdraw(runId);
  }
}
