/**
 * Runs as the page knows them: summaries, the one being trained, the one on show, and what was asked of
 * the engine and not yet answered. Metrics and frames of the run on show go to its series and to the
 * live view, not through React. After a dropped connection everything is caught up with.
 */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { ProjectName, AppCalls, AppEvents } from '#engine/protocol/appContract.ts';
import type { NetworkDocument } from '#engine/ir/document.ts';
import type { Problem } from '#engine/ir/problem.ts';
import { own } from '#engine/ir/record.ts';
import { RemoteError, type Client } from '#engine/protocol/rpc.ts';
import type {
  MetricPosition,
  RunDetail,
  RunLogEntry,
  RunState,
  RunSummary,
} from '#engine/protocol/run.ts';
import { bridge, connectionStore, type Connection } from '../bridge/index.ts';
import { live, type LiveView } from './live.ts';
import { appendPoints, createRunSeries, positionOf, type RunSeries } from './series.ts';

export type TrainingAction = 'start' | 'trainOn' | 'pause' | 'resume' | 'step' | 'stop' | 'recover';

export interface RunsState {
  readonly runs: Readonly<Record<string, RunSummary>>;
  /** The run being prepared, trained or paused now. */
  readonly activeRunId: string | null;
  /** The run whose curves and frames are on show. */
  readonly shownRunId: string | null;
  /** What that run was started with; null while it is being read. */
  readonly shownDocument: NetworkDocument | null;
  /** Asked for, not yet answered. */
  readonly pending: TrainingAction | null;
  /** Why the last action failed, until the next one. */
  readonly failure: { readonly message: string; readonly problems: readonly Problem[] } | null;
  readonly engine: AppEvents['engine.state'] | null;
  /** Of the run on show and of the engine, oldest first. */
  readonly log: readonly RunLogEntry[];
}

const BULK: ReadonlySet<string> = new Set([
  'document',
  'metrics',
  'log',
  'telemetry',
  'samples',
  'boundary',
  'confusion',
] satisfies (keyof RunDetail)[]);

/** Without its bulk, so that a list of runs does not keep the frames of all that were ever shown. */
function summaryOf(detail: RunDetail): RunSummary {
  const entries = Object.entries(detail).filter(([key]) => !BULK.has(key));
  // What is left is what a detail has over a summary taken away.
  return Object.fromEntries(entries) as unknown as RunSummary;
}

const MAX_LOG_ENTRIES = 1000;

const ACTIVE: ReadonlySet<RunState> = new Set(['preparing', 'running', 'paused']);
export function isActive(state: RunState): boolean {
  return ACTIVE.has(state);
}

export interface Runs {
  readonly store: StoreApi<RunsState>;
  /** Series of the run on show. */
  series(): RunSeries;
  /** Told when points were added or another run is shown. */
  subscribeSeries(listener: () => void): () => void;
  /** Starts listening and catches up on every new connection. Returns the way to stop. */
  connect(): () => void;
  show(runId: string | null): Promise<void>;
  start(
    document: NetworkDocument,
    options?: {
      readonly paused?: boolean;
      readonly project?: ProjectName;
      /** The run whose weights it begins with. */
      readonly from?: string;
    },
  ): Promise<void>;
  pause(): Promise<void>;
  resume(): Promise<void>;
  step(): Promise<void>;
  stop(): Promise<void>;
  /** Continues the run on show from its last checkpoint. */
  recover(): Promise<void>;
}

export function createRuns(
  client: Pick<Client<AppCalls, AppEvents>, 'call' | 'on'>,
  connection: Pick<StoreApi<Connection>, 'getState' | 'subscribe'>,
  view: LiveView,
): Runs {
  const store = createStore<RunsState>(() => ({
    runs: {},
    activeRunId: null,
    shownRunId: null,
    shownDocument: null,
    pending: null,
    failure: null,
    engine: null,
    log: [],
  }));
  const seriesListeners = new Set<() => void>();
  let series = createRunSeries();
  /** Events of the run on show that came while its record was being read; null when none is. */
  let held: (() => void)[] | null = null;
  let loading = 0;
  /** To go back to where the run on show comes to nothing. */
  let shownBefore: string | null = null;

  const seriesChanged = (): void => {
    for (const listener of seriesListeners) listener();
  };

  const remember = (run: RunSummary): void => {
    const { runs, activeRunId } = store.getState();
    const active = isActive(run.progress.state);
    store.setState({
      runs: { ...runs, [run.id]: run },
      activeRunId: active ? run.id : activeRunId === run.id ? null : activeRunId,
    });
  };

  const addLog = (entries: readonly RunLogEntry[]): void => {
    if (entries.length === 0) return;
    store.setState(({ log }) => ({ log: [...log, ...entries].slice(-MAX_LOG_ENTRIES) }));
  };

  const applyDetail = (detail: RunDetail): void => {
    const { document, metrics, log, telemetry, samples, boundary, confusion } = detail;
    remember(summaryOf(detail));
    appendPoints(series, metrics);
    store.setState({ shownDocument: document, log: log.slice(-MAX_LOG_ENTRIES) });
    if (telemetry && (view.latest === null || telemetry.step > view.latest.step)) {
      view.accept(telemetry);
    }
    if (samples) view.acceptKind('samples', samples);
    if (boundary) view.acceptKind('boundary', boundary);
    if (confusion) view.acceptKind('confusion', confusion);
    seriesChanged();
  };

  /** Reads the record of the run on show; what arrives meanwhile is applied after it. */
  const load = async (runId: string, since?: MetricPosition): Promise<void> => {
    const turn = ++loading;
    held ??= [];
    try {
      const detail = await client.call(
        'runs.get',
        since === undefined ? { runId } : { runId, since },
      );
      if (turn === loading && store.getState().shownRunId === runId) applyDetail(detail);
    } catch (error) {
      // Removed while it was being read: whoever removed it says why.
      if (turn === loading) throw error;
    } finally {
      if (turn === loading) {
        const events = held;
        held = null;
        for (const event of events ?? []) event();
      }
    }
  };

  const onShown = (runId: string | null, apply: () => void): void => {
    if (runId !== store.getState().shownRunId) return;
    if (held) held.push(() => onShown(runId, apply));
    else apply();
  };

  const show = async (runId: string | null): Promise<void> => {
    const before = store.getState().shownRunId;
    if (runId === before) return;
    shownBefore = before;
    series = createRunSeries();
    view.show(runId);
    held = null;
    loading += 1;
    store.setState({ shownRunId: runId, shownDocument: null, log: [] });
    seriesChanged();
    if (runId !== null) await load(runId);
  };

  /** Reads the run on show from its beginning: it went back to a checkpoint. */
  const reload = async (runId: string): Promise<void> => {
    series = createRunSeries();
    view.show(null);
    view.show(runId);
    seriesChanged();
    await load(runId);
  };

  const onChanged = (run: RunSummary): void => {
    const before = own(store.getState().runs, run.id)?.progress;
    remember(run);
    if (!isActive(run.progress.state)) return;
    // Back at its checkpoint, as it goes on or after a lost device: what came after it comes again.
    const anew =
      before !== undefined && (!isActive(before.state) || run.progress.step < before.step);
    const shown = store.getState().shownRunId;
    const next = run.id !== shown ? show(run.id) : anew ? reload(run.id) : undefined;
    next?.catch(fail);
  };

  /** Deleted, or never begun: then the run that was on show before is again. */
  const onRemoved = (runId: string): void => {
    const { [runId]: _removed, ...rest } = store.getState().runs;
    const { activeRunId, shownRunId } = store.getState();
    store.setState({ runs: rest, activeRunId: activeRunId === runId ? null : activeRunId });
    if (shownBefore === runId) shownBefore = null;
    if (shownRunId === runId) show(shownBefore).catch(fail);
  };

  const fail = (error: unknown): void => {
    store.setState({
      failure: {
        message: error instanceof Error ? error.message : String(error),
        problems: error instanceof RemoteError ? error.problems : [],
      },
    });
  };

  const catchUp = async (): Promise<void> => {
    const [info, list] = await Promise.all([
      client.call('app.info', null),
      client.call('runs.list', null),
    ]);
    store.setState({
      runs: Object.fromEntries(list.map((run) => [run.id, run])),
      activeRunId: info.activeRunId,
    });
    const { shownRunId } = store.getState();
    if (info.activeRunId !== null && info.activeRunId !== shownRunId) await show(info.activeRunId);
    else if (shownRunId !== null) await load(shownRunId, positionOf(series));
  };

  const act = async (
    action: TrainingAction,
    run: () => Promise<RunSummary | null>,
  ): Promise<void> => {
    if (store.getState().pending !== null) return;
    store.setState({ pending: action, failure: null });
    try {
      const summary = await run();
      if (summary) onChanged(summary);
    } catch (error) {
      fail(error);
    } finally {
      store.setState({ pending: null });
    }
  };
  const onActive = (
    action: TrainingAction,
    method: 'training.pause' | 'training.resume' | 'training.step' | 'training.stop',
  ): Promise<void> => {
    const runId = store.getState().activeRunId;
    if (runId === null) return Promise.resolve();
    return act(action, () => client.call(method, { runId }));
  };

  return {
    store,
    series: () => series,
    subscribeSeries(listener) {
      seriesListeners.add(listener);
      return () => seriesListeners.delete(listener);
    },
    connect() {
      let generation = 0;
      const onConnection = ({ state, generation: next }: Connection): void => {
        if (state !== 'connected' || next === generation) return;
        generation = next;
        catchUp().catch(fail);
      };
      const stops = [
        client.on('run.changed', onChanged),
        client.on('run.removed', ({ runId }) => onRemoved(runId)),
        client.on('run.metrics', ({ runId, points }) =>
          onShown(runId, () => {
            appendPoints(series, points);
            seriesChanged();
          }),
        ),
        client.on('run.telemetry', ({ runId, frame }) => onShown(runId, () => view.accept(frame))),
        client.on('run.samples', ({ runId, frame }) =>
          onShown(runId, () => view.acceptKind('samples', frame)),
        ),
        client.on('run.boundary', ({ runId, frame }) =>
          onShown(runId, () => view.acceptKind('boundary', frame)),
        ),
        client.on('run.confusion', ({ runId, frame }) =>
          onShown(runId, () => view.acceptKind('confusion', frame)),
        ),
        client.on('run.log', ({ runId, entry }) => {
          if (runId === null) addLog([entry]);
          else onShown(runId, () => addLog([entry]));
        }),
        client.on('engine.state', (engine) => store.setState({ engine })),
        connection.subscribe(onConnection),
      ];
      onConnection(connection.getState());
      return () => {
        for (const stop of stops) stop();
      };
    },
    show,
    start: (document, { paused = false, project, from } = {}) =>
      act(from === undefined ? 'start' : 'trainOn', () =>
        client.call('training.start', {
          document,
          paused,
          ...(project === undefined ? {} : { project }),
          ...(from === undefined ? {} : { from }),
        }),
      ),
    pause: () => onActive('pause', 'training.pause'),
    resume: () => onActive('resume', 'training.resume'),
    step: () => onActive('step', 'training.step'),
    stop: () => onActive('stop', 'training.stop'),
    recover: () => {
      const runId = store.getState().shownRunId;
      if (runId === null) return Promise.resolve();
      return act('recover', () => client.call('training.recover', { runId }));
    },
  };
}

/** The page's runs. */
export const runs = createRuns(bridge, connectionStore, live);
export const runStore = runs.store;

export function shownRun(state: RunsState): RunSummary | null {
  return state.shownRunId === null ? null : (own(state.runs, state.shownRunId) ?? null);
}
