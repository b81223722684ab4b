/** Answers to calls about what is trained now, and who looks at it. */
import type { Handlers, RunSummary, TrainingCalls } from '#engine/protocol/index.ts';
import type { AttentionService, Viewer } from '../attention.ts';
import type { DataAccessService } from '../dataAccess.ts';
import type { SettingsService } from '../settings.ts';
import { asSet } from '../startSettings.ts';
import type { TrainingLanes } from '../lanes/lanes.ts';
import type { Uploads } from '../uploads.ts';

export interface TrainingServices {
  readonly attention: AttentionService;
  readonly dataAccess: DataAccessService;
  readonly settings: SettingsService;
  readonly training: TrainingLanes;
  readonly uploads: Uploads;
}

/** `viewer`: the window that calls. */
export function trainingHandlers(
  { attention, dataAccess, settings, training, uploads }: TrainingServices,
  viewer: Viewer,
): Handlers<TrainingCalls> {
  /** As it is looked at by now: a start may have taken a while. */
  const watched = (run: RunSummary): RunSummary => {
    training.attend((runId) => attention.of(runId));
    return run;
  };
  return {
    'training.start': async ({ document, paused, project = null, from, weights }) => {
      const set = await asSet(settings, document);
      const initWeights = weights === undefined ? undefined : await uploads.path(weights);
      const run = await dataAccess.reading(project, (access) =>
        training.start(set.document, {
          access,
          telemetryHz: set.telemetryHz,
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
    'training.look': (look) => (attention.looks(viewer, look), null),
    'training.hand': ({ moves }) => (attention.handMoves(viewer, moves), null),
  };
}
