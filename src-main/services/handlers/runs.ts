/** Answers to calls about runs that are or were. */
import type { Handlers, RunCalls } from '#engine/protocol/index.ts';
import type { Downloads } from '../downloads.ts';
import type { RunsService } from '../runs/runs.ts';
import type { Uploads } from '../uploads.ts';

export interface RunServices {
  readonly runs: RunsService;
  readonly downloads: Downloads;
  readonly uploads: Uploads;
}

export function runHandlers({ runs, downloads, uploads }: RunServices): Handlers<RunCalls> {
  /** It was handed over for this alone. */
  const withFile = async <T>(file: string, use: (path: string) => Promise<T>): Promise<T> => {
    try {
      return await use(await uploads.path(file));
    } finally {
      await uploads.drop(file);
    }
  };
  return {
    'runs.list': () => runs.list(),
    'runs.rows': ({ runIds, newest }) => runs.rows(runIds, newest),
    'runs.changes': ({ since }) => runs.changes(since),
    'runs.get': ({ runId, since, buckets }) => runs.detail(runId, since, buckets),
    'runs.document': ({ runId }) => runs.document(runId),
    'runs.curves': ({ runId, ...range }) => runs.curves(runId, range),
    'runs.smallCurves': ({ runIds, metric, points }) => runs.smallCurves(runIds, metric, points),
    'runs.atEpoch': ({ runIds, ...figures }) => runs.atEpoch(runIds, figures),
    'runs.recorded': ({ runId }) => runs.recorded(runId),
    'runs.snapshots': ({ runId, kind, steps }) => runs.snapshots(runId, kind, steps),
    'runs.gradients': ({ runId, rows }) => runs.gradients(runId, rows),
    'runs.channels': ({ runId, rows, until }) => runs.channels(runId, rows, until),
    'runs.annotate': ({ runId, ...change }) => runs.annotate(runId, change),
    'runs.checkpoints': ({ runId }) => runs.retention.checkpoints(runId),
    'runs.archive': ({ runId }) => runs.retention.archive(runId, true),
    'runs.unarchive': ({ runId }) => runs.retention.archive(runId, false),
    'runs.thinSavings': ({ runIds }) => runs.retention.savings(runIds),
    'runs.thin': ({ runId, ...what }) => runs.retention.thin(runId, what),
    'runs.export': ({ runIds }) =>
      downloads.make(runs.transfer.fileName(runIds), (path) =>
        runs.transfer.export(runIds, path, { private: true }),
      ),
    'runs.import': ({ file, name, asNew = false }) =>
      withFile(file, (path) => runs.transfer.import(path, { asNew, shownAs: name })),
    'runs.importModel': ({ file, name }) => withFile(file, (path) => runs.models.json(path, name)),
    'runs.importWeights': ({ file, name, document }) =>
      withFile(file, (path) => runs.models.weights(path, document, name)),
    'runs.delete': ({ runId }) => (runs.delete(runId), null),
    'runs.restore': ({ runId }) => runs.restore(runId),
  };
}
