/** The best that each metric of a run came to, out of its curves: where an older version did not keep it. */
import type { DatabaseSync } from 'node:sqlite';
import { type BestFigures, pointsOf } from '#engine/protocol/index.ts';
import { marked } from './marks.ts';
import { readCurves } from './metricChunks.ts';

export function bestsOf(db: DatabaseSync, run: string): BestFigures {
  // Decimated as far as it goes a curve still has what is highest and lowest.
  return marked({}, pointsOf(readCurves(db, run, {}, 1)), null).bests ?? {};
}
