/**
 * How the trials of sweeps are trained: in this process, each when there is room for it beside what trains.
 * What a sweep wants of whoever trains is the interface; it knows nothing of engines.
 */
import type { DataAccess } from '#engine/datasets/index.ts';
import type { NetworkDocument } from '#engine/ir/index.ts';
import {
  type EngineEvents,
  isActive,
  type MetricPoint,
  pointsOf,
  type RunSummary,
} from '#engine/protocol/index.ts';
import type { AttentionService } from '../attention.ts';
import type { TrainingLanes } from '../lanes/lanes.ts';
import type { RunsService } from '../runs/runs.ts';
import type { SettingsService } from '../settings.ts';
import { asSet } from '../startSettings.ts';

export interface TrialRequest {
  readonly document: NetworkDocument;
  readonly name: string;
  readonly tags: readonly string[];
  readonly access: DataAccess;
}

export interface TrialTrainer {
  /** How many runs of this document train side by side. */
  atOnce(document: NetworkDocument): Promise<number>;
  /** Once it has begun; waits for its turn. Throws InputError where it cannot be trained. */
  begin(trial: TrialRequest, wanted: () => boolean): Promise<RunSummary | null>;
  /** Goes on with a run that was cut off; null where it left nothing to go on from. */
  goOn(runId: string, wanted: () => boolean): Promise<RunSummary | null>;
  stop(runId: string): Promise<unknown>;
  /** Once it is over. */
  end(runId: string): Promise<RunSummary>;
  /** Null where there is no such run any more. */
  summary(runId: string): RunSummary | null;
  /** What a run told of validation, as it is on record. */
  points(runId: string): readonly MetricPoint[];
  /** A run that is begun anew. */
  discard(runId: string): void;
  onMetrics(listener: (event: EngineEvents['metrics']) => void): void;
  /** Nothing trains any more: whoever waits for an end waits no longer. */
  close(): void;
}

export interface TrainerServices {
  readonly attention: AttentionService;
  readonly runs: RunsService;
  readonly settings: SettingsService;
  readonly training: TrainingLanes;
  /** Told of the end of an engine. */
  readonly onCrash: (listener: () => void) => void;
}

export function createTrialTrainer(services: TrainerServices): TrialTrainer {
  const { attention, runs, settings, training } = services;
  const waiting = new Map<string, () => void>();
  training.on('progress', ({ runId, progress }) => {
    if (!isActive(progress.state)) waiting.get(runId)?.();
  });
  let isClosed = false;
  const letGo = (): void => {
    for (const done of waiting.values()) done();
  };
  services.onCrash(letGo);
  const summary = (runId: string): RunSummary | null => {
    try {
      return runs.summary(runId);
    } catch {
      return null;
    }
  };
  return {
    async atOnce(document) {
      return training.atOnce((await asSet(settings, document)).document);
    },
    async begin({ document, name, tags, access }, wanted) {
      const set = await asSet(settings, document);
      return training.whenRoom(set.document, wanted, (lane, share) =>
        lane.start(set.document, {
          ...{ access, name, tags, telemetryHz: set.telemetryHz, attention: attention.of(null) },
          ...share,
        }),
      );
    },
    async goOn(runId, wanted) {
      const { telemetryHz } = await settings.get();
      return training.whenRoom(runs.document(runId), wanted, (lane, share) =>
        lane.recover(runId, { telemetryHz, attention: attention.of(runId), ...share }),
      );
    },
    stop: (runId) => training.stop(runId),
    async end(runId) {
      const isOver = (): boolean => !isActive(runs.summary(runId).progress.state);
      // Woken also by the end of an engine that trained something else.
      while (!isOver() && !isClosed) {
        await new Promise<void>((done) => waiting.set(runId, done));
      }
      waiting.delete(runId);
      return runs.summary(runId);
    },
    summary,
    points: (runId) =>
      pointsOf(runs.detail(runId).curves).filter(({ split }) => split === 'validation'),
    discard(runId) {
      if (summary(runId)) runs.delete(runId);
    },
    onMetrics: (listener) => training.on('metrics', listener),
    close() {
      isClosed = true;
      letGo();
    },
  };
}
