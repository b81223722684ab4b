/**
 * Runs as the page knows them: summaries, a session for each that is on show or trains, and what was asked
 * of the engine and not yet answered. Metrics and snapshots go to the session of their run, not through
 * React. After a dropped connection everything is caught up with.
 */
import { createStore, type StoreApi } from 'zustand/vanilla';
import { errorMessage } from '#engine/ir/errors.ts';
import type { ProjectName, AppCalls, AppEvents } from '#engine/protocol/appContract.ts';
import type { NetworkDocument } from '#engine/ir/document.ts';
import type { Problem } from '#engine/ir/problem.ts';
import { own } from '#engine/ir/record.ts';
import { RemoteError, type Client } from '#engine/protocol/rpc.ts';
import {
  SNAPSHOT_KINDS,
  type MetricPosition,
  type RunDetail,
  type RunLogEntry,
  type RunOrigin,
  type RunSummary,
} from '#engine/protocol/run.ts';
import { isActive, trainsHere } from '#engine/protocol/runState.ts';
import { bridge, connectionStore, type Connection } from '../bridge/index.ts';
import { activeRunOf } from './activeRun.ts';
import { documentStore } from './document.ts';
import { isRunOf } from './isRunOf.ts';
import { live, type LiveView } from './live.ts';
import { motion } from './motion.ts';
import { loadHistory } from './recordedHistory.ts';
import { RunSession } from './runSession.ts';
import { createRunSeries, positionOf, type RunSeries } from './series.ts';

export type TrainingAction = 'start' | 'trainOn' | 'pause' | 'resume' | 'step' | 'stop' | 'recover';

export interface RunsState {
  readonly runs: Readonly<Record<string, RunSummary>>;
  /** Runs that are prepared, trained or paused now, in the order in which they began. */
  readonly activeRunIds: readonly string[];
  /** The one of them that is paused, stepped and stopped: that on show, where it trains, else the first. */
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
  'curves',
  'events',
  'log',
  'snapshots',
] satisfies (keyof RunDetail)[]);

/** Without its bulk, so that a list of runs does not keep the frames of all that were ever shown. */
function summaryOf(detail: RunDetail): RunSummary {
  const entries = Object.entries(detail).filter(([key]) => !BULK.has(key));
  // What is left is what a detail has over a summary taken away.
  return Object.fromEntries(entries) as unknown as RunSummary;
}

/** Of the engine itself, which belong to no run. */
const MAX_LOG_ENTRIES = 1000;
/** Stretches of a long curve: more than a chart has pixels, so that one can look closer. */
const BUCKETS = 2000;

export interface Runs {
  readonly store: StoreApi<RunsState>;
  /** Whether a run trained while this page was open; the others are of before. */
  wasWatched(runId: string): boolean;
  /** Of the run on show; null where none is. */
  session(): RunSession | null;
  /** Of any run whose session is kept: those on show and those that train. */
  sessionOf(runId: string): RunSession | null;
  /** Reads a run and keeps its session, whatever is on show. Returns the way to let go of it. */
  hold(runId: string): () => void;
  /** Those that train and are on show somewhere in this page; told when they are others. */
  followLooked(tell: (runIds: readonly string[]) => void): () => void;
  /** Series of the run on show; empty where none is. */
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
      /** The run that it begins with, at its end or at a checkpoint. */
      readonly from?: RunOrigin;
      /** A file that was handed over, whose weights it begins with where they fit. */
      readonly weights?: string;
    },
  ): Promise<void>;
  pause(): Promise<void>;
  resume(): Promise<void>;
  step(): Promise<void>;
  stop(): Promise<void>;
  /** Continues the run on show from its last checkpoint. */
  recover(): Promise<void>;
}

const NO_SERIES = createRunSeries();

/** `belongs`: whether a run that trains is one of what is being edited, and comes on show by itself. */
export function createRuns(
  client: Pick<Client<AppCalls, AppEvents>, 'call' | 'on'>,
  connection: Pick<StoreApi<Connection>, 'getState' | 'subscribe'>,
  view: LiveView,
  belongs: (run: RunSummary) => boolean = () => true,
): Runs {
  const store = createStore<RunsState>(() => ({
    runs: {},
    activeRunIds: [],
    activeRunId: null,
    shownRunId: null,
    shownDocument: null,
    pending: null,
    failure: null,
    engine: null,
    log: [],
  }));
  const seriesListeners = new Set<() => void>();
  const lookedListeners = new Set<(runIds: readonly string[]) => void>();
  const sessions = new Map<string, RunSession>();
  const watched = new Set<string>();
  /** How many hold a run's session. */
  const holds = new Map<string, number>();
  /** Events of runs that came while their record was being read, by run. */
  const held = new Map<string, (() => void)[]>();
  /** Which reading of a record is the latest one, by run. */
  const turns = new Map<string, number>();
  /** To go back to where the run on show comes to nothing. */
  let shownBefore: string | null = null;
  let stopShown = (): void => undefined;

  const seriesChanged = (): void => {
    for (const listener of seriesListeners) listener();
  };

  const newSession = (runId: string): RunSession =>
    new RunSession(runId, (range) => client.call('runs.curves', { runId, ...range }));

  const shownSession = (): RunSession | null => {
    const { shownRunId } = store.getState();
    return shownRunId === null ? null : (sessions.get(shownRunId) ?? null);
  };

  /** What trains, or is on show, is another one. */
  const train = (
    change: Partial<
      Pick<RunsState, 'runs' | 'activeRunIds' | 'shownRunId' | 'shownDocument' | 'log'>
    >,
  ): void => {
    const { activeRunIds, shownRunId } = { ...store.getState(), ...change };
    const isShown = shownRunId !== null && activeRunIds.includes(shownRunId);
    const activeRunId = isShown ? shownRunId : (activeRunIds[0] ?? null);
    store.setState({ ...change, activeRunId });
  };

  const remember = (run: RunSummary): void => {
    const { runs, activeRunIds: before } = store.getState();
    const active = trainsHere(run);
    if (active) watched.add(run.id);
    const others = active === before.includes(run.id) ? null : without(before, run.id);
    const activeRunIds = others === null ? before : active ? [...others, run.id] : others;
    train({ runs: { ...runs, [run.id]: run }, activeRunIds });
  };

  const applyDetail = (session: RunSession, detail: RunDetail): void => {
    const { document, curves, events, log, snapshots } = detail;
    remember(summaryOf(detail));
    session.setDocument(document);
    session.setLog(log);
    session.setEvents(events);
    for (const kind of SNAPSHOT_KINDS) {
      const body = snapshots[kind];
      const latest = session.snapshots[kind].latest;
      if (!body || (latest && body.step <= latest.step)) continue;
      // Each kind has its own body.
      session.addSnapshot({ kind, body });
    }
    session.addCurves(curves);
  };

  /** Reads the record of a run; what arrives meanwhile is applied after it. */
  const load = async (session: RunSession, since?: MetricPosition): Promise<void> => {
    const { id: runId } = session;
    const turn = (turns.get(runId) ?? 0) + 1;
    turns.set(runId, turn);
    const isLatest = (): boolean => turns.get(runId) === turn && sessions.get(runId) === session;
    if (!held.has(runId)) held.set(runId, []);
    try {
      const detail = await client.call('runs.get', {
        runId,
        buckets: BUCKETS,
        ...(since === undefined ? {} : { since }),
      });
      if (isLatest()) {
        applyDetail(session, detail);
        // Large, and nobody waits for it: what is shown now is there.
        loadHistory(client, session).catch(() => undefined);
      }
    } catch (error) {
      // Removed while it was being read: whoever removed it says why.
      if (isLatest()) throw error;
    } finally {
      if (isLatest()) {
        const events = held.get(runId) ?? [];
        held.delete(runId);
        for (const event of events) event();
      }
    }
  };

  /** What a run tells goes to its session, in order; of a run without one nobody wants to know. */
  const toSession = (runId: string, apply: (session: RunSession) => void): void => {
    const session = sessions.get(runId);
    if (!session) return;
    const waiting = held.get(runId);
    if (waiting) waiting.push(() => apply(session));
    else apply(session);
  };

  const forget = (runId: string): void => {
    sessions.delete(runId);
    held.delete(runId);
    turns.set(runId, (turns.get(runId) ?? 0) + 1);
  };

  /** A run on show, one in training and those that are held are kept; others are read again when shown. */
  const tidy = (): void => {
    const { shownRunId, activeRunIds } = store.getState();
    for (const id of [...sessions.keys()]) {
      if (id !== shownRunId && !activeRunIds.includes(id) && !holds.has(id)) forget(id);
    }
  };

  let looked = '[]';
  const tellLooked = (): void => {
    const { shownRunId, activeRunIds } = store.getState();
    const ids = activeRunIds.filter((id) => id === shownRunId || holds.has(id));
    const text = JSON.stringify(ids);
    if (text === looked) return;
    looked = text;
    for (const listener of lookedListeners) listener(ids);
  };
  store.subscribe(tellLooked);

  const hold = (runId: string): (() => void) => {
    holds.set(runId, (holds.get(runId) ?? 0) + 1);
    tellLooked();
    if (!sessions.has(runId)) {
      const session = newSession(runId);
      sessions.set(runId, session);
      load(session).catch(fail);
    }
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      const left = (holds.get(runId) ?? 1) - 1;
      if (left > 0) holds.set(runId, left);
      else holds.delete(runId);
      tellLooked();
      tidy();
    };
  };

  const show = async (runId: string | null): Promise<void> => {
    const before = store.getState().shownRunId;
    if (runId === before) return;
    shownBefore = before;
    stopShown();
    const known = runId === null ? null : (sessions.get(runId) ?? null);
    const session = known ?? (runId === null ? null : newSession(runId));
    if (session) sessions.set(session.id, session);
    train({
      shownRunId: runId,
      shownDocument: session?.document ?? null,
      log: session?.log ?? [],
    });
    stopShown =
      session?.subscribe((news) => {
        if (news === 'series' || news === 'events' || news === 'all') seriesChanged();
        if (news === 'log' || news === 'all') store.setState({ log: session.log });
        if (news === 'document') store.setState({ shownDocument: session.document });
      }) ?? (() => undefined);
    view.show(session);
    tidy();
    seriesChanged();
    if (session && !known) await load(session);
  };

  /** Reads a run from its beginning: it went back to a checkpoint. */
  const reload = async (session: RunSession): Promise<void> => {
    session.restart();
    await load(session);
  };

  /** Of several that train side by side the one that is looked at stays. */
  const isShownTraining = (): boolean => {
    const { shownRunId, activeRunId, runs: known } = store.getState();
    const shown = shownRunId === null ? undefined : own(known, shownRunId);
    return shown !== undefined && shownRunId === activeRunId && belongs(shown);
  };

  const onChanged = (run: RunSummary): void => {
    const before = own(store.getState().runs, run.id)?.progress;
    remember(run);
    if (!trainsHere(run)) return;
    // Back at its checkpoint, as it goes on or after a lost device: what came after it comes again.
    const anew =
      before !== undefined && (!isActive(before.state) || run.progress.step < before.step);
    const session = sessions.get(run.id);
    const next =
      run.id !== store.getState().shownRunId && belongs(run) && !isShownTraining()
        ? show(run.id)
        : anew && session
          ? reload(session)
          : undefined;
    next?.catch(fail);
  };

  /** Deleted, or never begun: then the run that was on show before is again. */
  const onRemoved = (runId: string): void => {
    const { [runId]: _removed, ...rest } = store.getState().runs;
    const { activeRunIds, shownRunId } = store.getState();
    train({ runs: rest, activeRunIds: without(activeRunIds, runId) });
    forget(runId);
    if (shownBefore === runId) shownBefore = null;
    if (shownRunId === runId) show(shownBefore).catch(fail);
  };

  const fail = (error: unknown): void => {
    store.setState({
      failure: {
        message: errorMessage(error),
        problems: error instanceof RemoteError ? error.problems : [],
      },
    });
  };

  const catchUp = async (): Promise<void> => {
    const [info, list] = await Promise.all([
      client.call('app.info', null),
      client.call('runs.list', null),
    ]);
    const { activeRunIds } = info;
    train({ runs: Object.fromEntries(list.map((run) => [run.id, run])), activeRunIds });
    const active = activeRunOf(store.getState(), belongs);
    const shown = shownSession();
    if (active && active.id !== shown?.id) await show(active.id);
    else if (shown) await load(shown, positionOf(shown.series));
    for (const id of holds.keys()) {
      const held = sessions.get(id);
      if (held && held !== shownSession()) await load(held, positionOf(held.series));
    }
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
    const { activeRunId: runId, runs: known, pending } = store.getState();
    if (runId === null) return Promise.resolve();
    const call = () => client.call(method, { runId });
    // A run that is being prepared: its start answers when it is done.
    const isPreparing = own(known, runId)?.progress.state === 'preparing';
    if (action === 'stop' && pending !== null && isPreparing) return call().then(() => {}, fail);
    return act(action, call);
  };

  return {
    store,
    wasWatched: (runId) => watched.has(runId),
    session: shownSession,
    sessionOf: (runId) => sessions.get(runId) ?? null,
    hold,
    followLooked(tell) {
      lookedListeners.add(tell);
      return () => void lookedListeners.delete(tell);
    },
    series: () => shownSession()?.series ?? NO_SERIES,
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
      // All of it, in its order: what shows a run waits together while the camera moves.
      const on = <K extends keyof AppEvents>(event: K, listen: (payload: AppEvents[K]) => void) =>
        client.on(event, (payload) => motion.hold(() => listen(payload)));
      const stops = [
        on('run.changed', onChanged),
        on('run.removed', ({ runId }) => onRemoved(runId)),
        on('run.metrics', ({ runId, points }) =>
          toSession(runId, (session) => session.addPoints(points)),
        ),
        on('run.snapshot', (snapshot) =>
          toSession(snapshot.runId, (session) => session.addSnapshot(snapshot)),
        ),
        on('run.event', ({ runId, event }) =>
          toSession(runId, (session) => session.addEvent(event)),
        ),
        on('run.log', ({ runId, entry }) => {
          if (runId !== null) toSession(runId, (session) => session.addLog(entry));
          else store.setState(({ log }) => ({ log: [...log, entry].slice(-MAX_LOG_ENTRIES) }));
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
    start: (document, { paused = false, project, from, weights } = {}) =>
      act(from === undefined ? 'start' : 'trainOn', () =>
        client.call('training.start', {
          document,
          paused,
          ...(project === undefined ? {} : { project }),
          ...(from === undefined ? {} : { from }),
          ...(weights === undefined ? {} : { weights }),
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
export const runs = createRuns(bridge, connectionStore, live, (run) =>
  isRunOf(run, documentStore.getState().document),
);
export const runStore = runs.store;

const without = (ids: readonly string[], id: string): readonly string[] =>
  ids.filter((other) => other !== id);

/** The run that the training bar speaks of: the one that trains, whosever it is, else the one on show. */
export function barRun(state: RunsState): RunSummary | null {
  const active = state.activeRunId === null ? undefined : own(state.runs, state.activeRunId);
  return active ?? shownRun(state);
}

export function shownRun(state: RunsState): RunSummary | null {
  return state.shownRunId === null ? null : (own(state.runs, state.shownRunId) ?? null);
}
