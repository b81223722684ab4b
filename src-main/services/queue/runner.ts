/** How an entry of the queue is trained: as if its document had been started by hand when its turn came. */
import { inputError } from '#engine/ir/index.ts';
import { isActive } from '#engine/protocol/index.ts';
import type { AttentionService } from '../attention.ts';
import type { DataAccessService } from '../dataAccess.ts';
import type { TrainingLanes } from '../lanes/lanes.ts';
import type { RunsService } from '../runs/runs.ts';
import type { SettingsService } from '../settings.ts';
import { asSet } from '../startSettings.ts';
import { folderBytes } from '../runs/folderFiles.ts';
import type { QueueRunner } from './turns.ts';

export interface RunnerServices {
  readonly attention: AttentionService;
  readonly dataAccess: DataAccessService;
  readonly runs: RunsService;
  readonly settings: SettingsService;
  readonly training: TrainingLanes;
}

export function createQueueRunner(services: RunnerServices): QueueRunner {
  const { attention, dataAccess, runs, settings, training } = services;
  /** As it is looked at by now: a start may have taken a while. */
  const attend = (): void => training.attend((runId) => attention.of(runId));
  return {
    async hasRoom(document) {
      return training.hasRoom((await asSet(settings, document)).document);
    },
    async start({ document, body, group }, runId) {
      const { name, tags, from, project, access } = body;
      const set = await asSet(settings, document);
      // What its data asks of the user is remembered, so that it can be answered.
      const begun = await dataAccess.reading(project, () =>
        training.begin(set.document, (lane, share) =>
          lane.start(set.document, {
            ...{
              runId,
              tags,
              access,
              telemetryHz: set.telemetryHz,
              attention: attention.of(runId),
            },
            ...share,
            ...(name === null ? {} : { name }),
            ...(from === null ? {} : { from }),
            ...(group === null ? {} : { group }),
          }),
        ),
      );
      if (!begun) throw noRoom();
      attend();
    },
    async recover(runId) {
      const { telemetryHz } = await settings.get();
      const begun = await training.begin(runs.document(runId), (lane, share) =>
        lane.recover(runId, { telemetryHz, attention: attention.of(runId), ...share }),
      );
      if (!begun) throw noRoom();
      attend();
    },
    stop: (runId) => training.stop(runId),
    summary(runId) {
      const found = find(runs, runId);
      if (!found || !isActive(found.progress.state) || training.activeRunIds.includes(runId)) {
        return found;
      }
      // Of a process that may be gone: whoever lists the runs closes those.
      runs.list();
      return find(runs, runId);
    },
    discard(runId) {
      if (find(runs, runId)) runs.delete(runId);
    },
    sizeBytes: (runId) => folderBytes(runs.checkpointDir(runId)),
  };
}

/** Others were quicker. */
const noRoom = () => inputError('run.busy', 'Other runs are being trained.');

function find(runs: RunsService, runId: string) {
  try {
    return runs.summary(runId);
  } catch {
    return null;
  }
}
