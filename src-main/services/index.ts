/**
 * All services behind one contract, put together from what a host gives: a starter, folders, dialogs.
 * Hosts differ in nothing else. A client is a transport: a window, a socket.
 */
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { datasets } from '#engine/datasets/index.ts';
import { errorStack } from '#engine/ir/errors.ts';
import { inputError } from '#engine/ir/index.ts';
import {
  type AppCalls,
  type AppEvents,
  type AppInfo,
  type Handlers,
  type RunSummary,
  serve,
  type Server,
  type Transport,
  type TurnOptions,
} from '#engine/protocol/index.ts';
import type { EngineStarter } from '../engineProcess/starter.ts';
import { AttentionService, type Viewer } from './attention.ts';
import { DataAccessService } from './dataAccess.ts';
import { DataReader } from './dataReader.ts';
import { EngineSupervisor } from './engineSupervisor.ts';
import { ProjectsService } from './projects.ts';
import { RunsService } from './runs/runs.ts';
import { SettingsService } from './settings.ts';
import { tidyStateFolder } from './stateFiles.ts';
import { type EmitAppEvent, TrainingService } from './training.ts';
import { Uploads } from './uploads.ts';
import { validateAppCall } from './validation.ts';

/** Native dialogs, where the host has them; null answers mean the user cancelled. */
export interface Dialogs {
  openProject(): Promise<string | null>;
  saveProject(suggestedName: string): Promise<string | null>;
}

export interface HostOptions {
  readonly info: Omit<AppInfo, 'activeRunId' | 'nativeDialogs' | 'otherPages'>;
  readonly starter: EngineStarter;
  /** Runs, drafts, settings. */
  readonly stateFolder: string;
  readonly projectFolder: string;
  readonly examplesFolder: string;
  readonly dialogs?: Dialogs;
}

export interface AppServices {
  readonly engine: EngineSupervisor;
  readonly runs: RunsService;
  readonly projects: ProjectsService;
  readonly dataAccess: DataAccessService;
  readonly dataReader: DataReader;
  readonly training: TrainingService;
  readonly settings: SettingsService;
  /** Serves one client; the result is the way to let it go. */
  attach(transport: Transport): () => void;
  readonly emit: EmitAppEvent;
  /** Resolves once what earlier programs left in the data folder is tidied up. */
  readonly tidied: Promise<void>;
  /** Called when the engine dies. */
  onCrash(listener: () => void): void;
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
  const crashListeners: (() => void)[] = [];
  const emit: EmitAppEvent = (event, payload) => {
    for (const client of clients) client.emit(event, payload);
  };
  const tellFault = (message: string): void =>
    emit('run.log', { runId: null, entry: { timeMs: 0, level: 'error', message } });
  const runs = new RunsService({
    folder: stateFolder,
    onChanged: (summary) => emit('run.changed', summary),
    onRemoved: (runId) => emit('run.removed', { runId }),
    onEvent: (runId, event) => emit('run.event', { runId, event }),
    onFault: tellFault,
  });
  const engine = new EngineSupervisor({
    starter: options.starter,
    onState: (state, detail) => emit('engine.state', { state, detail }),
    onCrash: (detail) => {
      training.crashed(detail);
      crashListeners.forEach((listener) => listener());
    },
  });
  const training = new TrainingService({
    engine,
    runs,
    emit,
    exists: (path) =>
      access(path).then(
        () => true,
        () => false,
      ),
  });
  const attention = new AttentionService({
    tell: (to) => training.attend(to),
    onChanged: (watching) => emit('training.watching', watching),
  });
  const projects = new ProjectsService({ ...options, stateFolder, onFault: tellFault });
  const dataAccess = new DataAccessService({
    stateFolder,
    isProject: (path) => projects.isKnown(path),
  });
  const uploads = new Uploads();
  const dataReader = new DataReader({ starter: options.starter });
  const tidied = tidyStateFolder(stateFolder, options.projectFolder).then(() => runs.purge());
  const settings = new SettingsService(join(stateFolder, 'settings.json'));
  void settings.get().then(({ watching }) => attention.choose({ level: watching }));
  /** As it is looked at by now: a start may have taken a while. */
  const watched = (run: RunSummary): RunSummary => {
    training.attend(attention.attention);
    return run;
  };
  const info = (): AppInfo => ({
    ...options.info,
    otherPages: Math.max(0, clients.size - 1),
    nativeDialogs: dialogs !== undefined,
    activeRunId: training.activeRunId,
  });
  const handlers: Omit<Handlers<AppCalls>, 'training.look' | 'training.hand'> = {
    'app.info': info,
    'projects.examples': () => projects.examples(),
    'projects.recent': () => projects.recent(),
    'projects.open': ({ path }) => projects.open(path),
    'projects.parse': ({ text, name }) => projects.parse(text, name),
    async 'projects.openDialog'() {
      if (!dialogs) throw inputError('host.no-dialogs', 'This host has no file dialogs.');
      const path = await dialogs.openProject();
      return path === null ? null : projects.open(path);
    },
    'projects.save': ({ path, document }) => projects.saveAgain(path, document),
    async 'projects.saveAs'({ suggestedName, document }) {
      if (!dialogs) return projects.saveNew(suggestedName, document);
      const path = await dialogs.saveProject(suggestedName);
      return path === null ? null : projects.save(path, document);
    },
    'projects.list': () => projects.list(),
    'projects.saveDraft': ({ id, path, document }) => projects.saveDraft(id, document, path),
    'projects.drafts': () => projects.drafts(),
    'projects.discardDraft': async ({ id }) => (await projects.discardDraft(id), null),
    'datasets.list': () =>
      [...datasets.values()].map(({ id, label, doc, group, path, options: schema }) => ({
        id,
        label,
        doc,
        group,
        options: schema,
        ...(path === undefined ? {} : { path }),
      })),
    'datasets.describe': ({ project = null, ...request }) =>
      dataAccess.reading(project, (access) => dataReader.describe({ ...request, access })),
    'datasets.allow': async ({ project, path }) => (await dataAccess.allow(project, path), null),
    'runs.list': () => runs.list(),
    'runs.get': ({ runId, since, buckets }) => runs.detail(runId, since, buckets),
    'runs.curves': ({ runId, ...range }) => runs.curves(runId, range),
    'runs.recorded': ({ runId }) => runs.recorded(runId),
    'runs.snapshots': ({ runId, kind, steps }) => runs.snapshots(runId, kind, steps),
    'runs.gradients': ({ runId, rows }) => runs.gradients(runId, rows),
    'runs.channels': ({ runId, rows, until }) => runs.channels(runId, rows, until),
    'runs.annotate': ({ runId, ...change }) => runs.annotate(runId, change),
    'runs.delete': ({ runId }) => (runs.delete(runId), null),
    'runs.restore': ({ runId }) => runs.restore(runId),
    'uploads.begin': async ({ sizeBytes }) => ({ id: await uploads.begin(sizeBytes) }),
    'uploads.append': async ({ id, bytes }) => (await uploads.append(id, bytes), null),
    'training.start': async ({ document, paused, project = null, from, weights }) => {
      const { telemetryHz, threads } = await settings.get();
      const own = document.training.threads === 0 ? { ...document.training, threads } : null;
      const initWeights = weights === undefined ? undefined : await uploads.path(weights);
      const run = await dataAccess.reading(project, (access) =>
        training.start(own ? { ...document, training: own } : document, {
          access,
          telemetryHz,
          attention: attention.attention,
          ...(paused === undefined ? {} : { paused }),
          ...(from === undefined ? {} : { from }),
          ...(initWeights === undefined ? {} : { initWeights }),
        }),
      );
      // The engine has read it; where the start failed it may be tried again.
      if (weights !== undefined) await uploads.drop(weights);
      return watched(run);
    },
    'training.pause': ({ runId }) => training.pause(runId),
    'training.resume': ({ runId }) => training.resume(runId),
    'training.step': ({ runId }) => training.step(runId),
    'training.stop': ({ runId }) => training.stop(runId),
    'training.recover': async ({ runId }) => {
      const { telemetryHz } = await settings.get();
      const choices = { telemetryHz, attention: attention.attention };
      return watched(await training.recover(runId, choices));
    },
    async 'training.watch'(change) {
      if (change.level !== undefined) await settings.set({ watching: change.level });
      return attention.choose(change);
    },
    'settings.get': () => settings.get(),
    'settings.set': (change) => settings.set(change),
  };

  return {
    engine,
    runs,
    projects,
    dataAccess,
    dataReader,
    training,
    settings,
    emit,
    tidied,
    onCrash: (listener) => void crashListeners.push(listener),
    attach(transport) {
      const viewer: Viewer = {};
      const own: Handlers<AppCalls> = {
        ...handlers,
        'training.look': ({ visible }) => (attention.looks(viewer, visible), null),
        'training.hand': ({ moves }) => (attention.handMoves(viewer, moves), null),
      };
      const server = serve<AppCalls, AppEvents>(transport, own, validateAppCall, {
        onFault: logFault,
        turns: TURNS,
      });
      clients.add(server);
      attention.looks(viewer, true);
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
      await training.suspend();
      engine.close();
      dataReader.close();
      uploads.close();
      runs.close();
      await tidied;
    },
  };
}

/** A mistake of ours: whoever called is told that there was one, and here is where. */
function logFault(error: unknown): void {
  process.stderr.write(`${errorStack(error)}\n`);
}
