/** The best that each metric of a run came to, out of its whole curves: where an older version did not keep it. */
import type { DatabaseSync } from 'node:sqlite';
import { type BestFigures, pointsOf } from '#engine/protocol/index.ts';
import { withPoint } from '#engine/runs/figures.ts';
import { readCurves } from './metricChunks.ts';

export function bestsOf(db: DatabaseSync, run: string): BestFigures {
  const { validation, test } = readCurves(db, run);
  const judged = { ...(validation && { validation }), ...(test && { test }) };
  let bests: BestFigures = {};
  for (const point of pointsOf(judged)) bests = withPoint(bests, point);
  return bests;
}
