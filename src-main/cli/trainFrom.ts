/**
 * `netloom train --from RUN[@STEP]`: what a run begins with that another one came to. Without a project it is
 * that run's own graph, trained on with its optimiser's state, or begun anew with its weights alone.
 */
import type { NetworkDocument } from '#engine/ir/index.ts';
import type { RunOrigin } from '#engine/protocol/index.ts';
import { keptAccess } from '../services/dataAccess.ts';
import type { RunsService } from '../services/runs/runs.ts';
import { findRun, namedRun } from './findRun.ts';
import type { ProjectData } from './withData.ts';

export interface FromOptions {
  /** RUN[@STEP]. */
  readonly from?: string;
  /** Not the optimiser's state, nor its steps. */
  readonly weightsOnly?: true;
}

/** A run's name may hold an @ itself. */
export function originOf(runs: RunsService, text: string): RunOrigin {
  const all = runs.list();
  const [, target = '', digits = ''] = /^(.+)@(\d+)$/.exec(text) ?? [];
  if (digits === '' || findRun(all, text)) return { run: namedRun(all, text).id };
  return { run: namedRun(all, target).id, step: Number(digits) };
}

/** That run's graph and data; `settled` puts the command line's settings into it. */
export async function ownGraph(
  runs: RunsService,
  origin: RunOrigin,
  settled: (document: NetworkDocument) => NetworkDocument,
  moreEpochs: number | undefined,
): Promise<ProjectData> {
  const before = runs.document(origin.run);
  const document = settled(before);
  const access = await keptAccess(runs.checkpointDir(origin.run));
  const data = { access, described: new Map<string, never>(), changes: [] };
  if (origin.trainOn !== true) return { ...data, document };
  const { stepsPerEpoch } = runs.summary(origin.run).progress;
  const last = runs.retention.checkpoints(origin.run).find(({ which }) => which === 'last');
  const step = origin.step ?? last?.step ?? 0;
  const reached = stepsPerEpoch > 0 ? Math.floor(step / stepsPerEpoch) : 0;
  const planned = before.training.epochs;
  // As many as it had left; where it came to its end, as many again.
  const more = moreEpochs ?? (reached < planned ? planned - reached : planned);
  return {
    ...data,
    document: { ...document, training: { ...document.training, epochs: reached + more } },
  };
}
