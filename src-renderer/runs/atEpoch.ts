/** A metric at an epoch as a column's name: `at(accuracy, 5)`, of validation unless it says another split. */
import type { RunRow } from '#engine/protocol/index.ts';
import { type FigureName, figureName } from '#engine/runs/index.ts';

export interface EpochFigure extends FigureName {
  readonly epoch: number;
}

/** What a run had then; undefined where it did not come so far, or where nobody has asked yet. */
export type AtEpoch = (figure: EpochFigure, run: RunRow) => number | undefined;

const NAME = /^at\((.+), *(\d+(?:\.\d+)?)\)$/;

export function atEpochName(id: string): EpochFigure | null {
  const [, name, epoch] = NAME.exec(id) ?? [];
  if (name === undefined) return null;
  return { ...figureName(name, 'last'), epoch: Number(epoch) };
}

export const atEpochId = (metric: string, epoch: number): string => `at(${metric}, ${epoch})`;
