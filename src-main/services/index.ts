/**
 * All services behind one contract, put together from what a host gives: a starter, folders, dialogs.
 * Hosts differ in nothing else. A client is a transport: a window, a socket.
 */
import { access } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errorStack } from '#engine/ir/errors.ts';
import {
  type AppCalls,
  type AppEvents,
  type AppInfo,
  type Handlers,
  type RunSummary,
  serve,
  type Server,
  type SweepInfo,
  type Transport,
  type TurnOptions,
} from '#engine/protocol/index.ts';
import type { EngineStarter } from '../engineProcess/starter.ts';
import { AttentionService, type Viewer } from './attention.ts';
import { Closing } from './closing.ts';
import { DataAccessService } from './dataAccess.ts';
import { DataReader, PREPARED_FOLDER } from './dataReader.ts';
import { DatasetsService } from './datasets/datasets.ts';
import { Downloads } from './downloads.ts';
import { Exporter } from './exports/exporter.ts';
import { ExportsService } from './exports/exports.ts';
import { EngineSupervisor, type SupervisorOptions } from './engineSupervisor.ts';
import { dataHandlers } from './handlers/data.ts';
import { exportHandlers } from './handlers/exports.ts';
import { type Dialogs, projectHandlers } from './handlers/projects.ts';
import { queueHandlers } from './handlers/queue.ts';
import { runHandlers } from './handlers/runs.ts';
import { sweepHandlers } from './handlers/sweeps.ts';
import { trainingHandlers } from './handlers/training.ts';
import { tryHandlers } from './handlers/trying.ts';
import { type Lane, TrainingLanes } from './lanes/lanes.ts';
import { ProjectsService } from './projects.ts';
import { QueueDisk } from './queue/disk.ts';
import { DiskWatch } from './queue/diskWatch.ts';
import { QueueService } from './queue/queue.ts';
import { createQueueRunner } from './queue/runner.ts';
import { RunsService } from './runs/runs.ts';
import { SettingsService } from './settings.ts';
import { SweepsService } from './sweeps/sweeps.ts';
import { createTrialTrainer } from './sweeps/trainer.ts';
import { tidyStateFolder } from './stateFiles.ts';
import { type EmitAppEvent, type TrainingOptions, TrainingService } from './training.ts';
import { TryCases } from './trying/cases.ts';
import { TryService } from './trying/trying.ts';
import { Uploads } from './uploads.ts';
import { validateAppCall } from './validation/index.ts';

export type { Dialogs };

export interface HostOptions {
  readonly info: Omit<AppInfo, 'activeRunIds' | 'nativeDialogs' | 'otherPages'>;
  readonly starter: EngineStarter;
  /** Of the program that writes exports and runs them; absent: this host exports nothing. */
  readonly exporterStarter?: EngineStarter;
  /** Of the program that reads data. */
  readonly readerStarter: EngineStarter;
  /** Runs, drafts, settings. */
  readonly stateFolder: string;
  readonly projectFolder: string;
  readonly examplesFolder: string;
  readonly dialogs?: Dialogs;
}

export interface AppServices {
  /** Of what is started by hand; there may be others (lanes/). */
  readonly engine: EngineSupervisor;
  readonly runs: RunsService;
  readonly projects: ProjectsService;
  readonly dataAccess: DataAccessService;
  readonly dataReader: DataReader;
  readonly training: TrainingLanes;
  /** Trains nothing before it is told to begin, by hosts that stay (`begin`). */
  readonly queue: QueueService;
  readonly settings: SettingsService;
  readonly sweeps: SweepsService;
  readonly exports: ExportsService;
  readonly trying: TryService;
  /** Serves one client; the result is the way to let it go. */
  attach(transport: Transport): () => void;
  readonly emit: EmitAppEvent;
  /** Resolves once what earlier programs left in the data folder is tidied up. */
  readonly tidied: Promise<void>;
  /** Called when an engine dies. */
  onCrash(listener: () => void): void;
  /** Called with every change of a run that this program makes or sees. */
  onRunChanged(listener: (summary: RunSummary) => void): void;
  /** Called with a sweep of which something is new. */
  onSweep(listener: (sweep: SweepInfo) => void): void;
  /** A run in training is checkpointed and can be resumed by the next start. */
  close(): Promise<void>;
}

/**
 * A page has few calls in flight, of which some may take long (a dialog, a large table): enough at once that
 * they do not keep others from being heard.
 */
const TURNS: TurnOptions = {
  maxRunning: 32,
  maxWaiting: 256,
  later: (run, ms) => void (ms > 0 ? setTimeout(run, ms) : setImmediate(run)),
};

export function createServices(options: HostOptions): AppServices {
  const { stateFolder, dialogs } = options;
  const clients = new Set<Server<AppEvents>>();
  const closing = new Closing();
  const crashListeners: (() => void)[] = [];
  const runListeners: ((summary: RunSummary) => void)[] = [];
  const sweepListeners: ((sweep: SweepInfo) => void)[] = [];
  const emit: EmitAppEvent = (event, payload) => {
    for (const client of clients) client.emit(event, payload);
  };
  const tellFault = (message: string): void =>
    emit('run.log', { runId: null, entry: { timeMs: 0, level: 'error', message } });
  const runs = new RunsService({
    folder: stateFolder,
    versions: versionsOf(options.info.version),
    onChanged(summary) {
      emit('run.changed', summary);
      for (const listener of runListeners) listener(summary);
    },
    onRemoved: (runId) => emit('run.removed', { runId }),
    onEvent: (runId, event) => emit('run.event', { runId, event }),
    onFault: tellFault,
  });
  const prepareData: TrainingOptions['prepareData'] = (document, dataAccess) =>
    dataReader.prepare(document, dataAccess);
  const newLane = (onState: SupervisorOptions['onState']): Lane => {
    const engine = new EngineSupervisor({
      starter: options.starter,
      onState,
      onCrash(detail) {
        lane.training.crashed(detail);
        training.freed();
        crashListeners.forEach((listener) => listener());
      },
    });
    const lane = {
      engine,
      training: new TrainingService({ engine, runs, emit, exists, prepareData }),
    };
    return lane;
  };
  const first = newLane((state, detail) => emit('engine.state', { state, detail }));
  const { engine } = first;
  const training = new TrainingLanes({
    first,
    // What becomes of its engine is told by its run.
    open: () => newLane(() => undefined),
    cores: options.info.cores,
    mostAtOnce: () => settings.get().then(({ trainAtOnce }) => trainAtOnce),
    freeBytes: () => process.availableMemory(),
  });
  const attention = new AttentionService({
    tell: () => training.attend((runId) => attention.of(runId)),
    onChanged: (watching) => emit('training.watching', watching),
  });
  const projects = new ProjectsService({ ...options, stateFolder, onFault: tellFault });
  const dataAccess = new DataAccessService({
    stateFolder,
    isProject: (path) => projects.isKnown(path),
  });
  const uploads = new Uploads();
  const downloads = new Downloads();
  const dataReader = new DataReader({
    starter: options.readerStarter,
    folder: join(stateFolder, PREPARED_FOLDER),
    onProgress: (progress) => emit('datasets.reading', progress),
  });
  const exporter = options.exporterStarter && new Exporter({ starter: options.exporterStarter });
  const exports = new ExportsService({
    exporter,
    prepareData,
    runs,
    version: options.info.version,
  });
  const trying = new TryService({
    ...{ runs, reader: dataReader, cases: new TryCases(stateFolder) },
    // Started when somebody tries something, and ended soon after.
    newEngine: () =>
      new EngineSupervisor({
        starter: options.starter,
        onState: () => undefined,
        onCrash: () => undefined,
      }),
    decoder: new DataReader({
      starter: options.readerStarter,
      folder: join(stateFolder, PREPARED_FOLDER),
    }),
  });
  const tidied = tidyStateFolder(stateFolder, options.projectFolder).then(() => runs.purge());
  const settings = new SettingsService(join(stateFolder, 'settings.json'));
  const offered = new DatasetsService({
    stateFolder,
    shippedFolder: join(dirname(options.examplesFolder), 'data'),
    mirror: () => settings.get().then(({ datasetMirror }) => datasetMirror),
    onProgress: (progress) => emit('datasets.progress', progress),
  });
  void settings.get().then(({ watching }) => attention.choose({ level: watching }));
  const disk = new QueueDisk({
    folder: stateFolder,
    limitGib: () => settings.get().then(({ diskLimitGib }) => diskLimitGib),
  });
  const queue = new QueueService({
    folder: stateFolder,
    runner: createQueueRunner({ attention, dataAccess, runs, settings, training }),
    accessOf: (project) => dataAccess.of(project),
    disk,
    watch: new DiskWatch(disk, {
      training: () =>
        training.activeRunIds.filter((id) => runs.summary(id).progress.state === 'running'),
      pause: (runId) => training.pause(runId),
      remark: (runId, level, message) => runs.remark(runId, level, message),
    }),
    onChanged: (state) => emit('queue.changed', state),
    onFault: tellFault,
  });
  runListeners.push((summary) => queue.runChanged(summary));
  const sweeps = new SweepsService({
    folder: stateFolder,
    trainer: createTrialTrainer({
      ...{ attention, runs, settings, training },
      onCrash: (listener) => void crashListeners.push(listener),
    }),
    onChanged: (sweep) => {
      emit('sweep.changed', sweep);
      sweepListeners.forEach((listener) => listener(sweep));
    },
    onFault: tellFault,
  });
  const info = (): AppInfo => ({
    ...options.info,
    otherPages: Math.max(0, clients.size - 1),
    nativeDialogs: dialogs !== undefined,
    activeRunIds: training.activeRunIds,
  });
  const handlersFor = (viewer: Viewer): Handlers<AppCalls> => ({
    'app.info': info,
    'settings.get': () => settings.get(),
    'settings.set': (change) => settings.set(change),
    ...projectHandlers({ projects, uploads }, dialogs),
    ...dataHandlers({ dataAccess, dataReader, offered, downloads, uploads, stateFolder }),
    ...runHandlers({ runs, downloads, uploads }),
    ...sweepHandlers(sweeps, dataAccess),
    ...trainingHandlers({ attention, dataAccess, settings, training, uploads }, viewer),
    ...queueHandlers(queue),
    ...tryHandlers(trying),
    ...exportHandlers({ exports, dataAccess, downloads }),
  });

  return {
    engine,
    runs,
    projects,
    dataAccess,
    dataReader,
    training,
    queue,
    settings,
    sweeps,
    exports,
    trying,
    emit,
    tidied,
    onCrash: (listener) => void crashListeners.push(listener),
    onRunChanged: (listener) => void runListeners.push(listener),
    onSweep: (listener) => void sweepListeners.push(listener),
    attach(transport) {
      const viewer: Viewer = {};
      const validate: typeof validateAppCall = (method, input) => {
        closing.admit(method);
        return validateAppCall(method, input);
      };
      const server = serve<AppCalls, AppEvents>(transport, handlersFor(viewer), validate, {
        onFault: logFault,
        onBegun: (answered) => closing.follow(answered),
        turns: TURNS,
      });
      clients.add(server);
      attention.looks(viewer, { visible: true });
      // What a client that comes now has missed.
      if (engine.state) server.emit('engine.state', engine.state);
      server.emit('training.watching', attention.watching);
      const refusal = runs.refusal?.problems[0];
      if (refusal) {
        const message = `Runs cannot be recorded: ${refusal.message}${refusal.path === undefined ? '' : ` (${refusal.path})`}`;
        server.emit('run.log', { runId: null, entry: { timeMs: 0, level: 'error', message } });
      }
      return () => {
        clients.delete(server);
        attention.left(viewer);
      };
    },
    async close() {
      closing.begin();
      queue.stopBeginning();
      sweeps.stopBeginning();
      await training.suspend();
      training.close();
      await queue.close();
      dataReader.close();
      await trying.close();
      offered.close();
      exporter?.close();
      uploads.close();
      downloads.close();
      await sweeps.close();
      await closing.answered();
      runs.close();
      await tidied;
    },
  };
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

function versionsOf(netloom: string): Readonly<Record<string, string>> {
  const { node, electron } = process.versions as Readonly<Partial<Record<string, string>>>;
  return {
    netloom,
    ...(node !== undefined && { node }),
    ...(electron !== undefined && { electron }),
  };
}

/** A mistake of ours: whoever called is told that there was one, and here is where. */
function logFault(error: unknown): void {
  process.stderr.write(`${errorStack(error)}\n`);
}
