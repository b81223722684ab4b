/** What the compared runs are judged by and how they are grouped: the same in all sections that ask. */
import { createStore } from 'zustand/vanilla';
import { inListOrder, metricName, ofSamples } from '#engine/metrics/names.ts';
import type { RunRow } from '#engine/protocol/run.ts';
import {
  figureName,
  SEED_SETTING,
  settingDifferences,
  type FigureName,
} from '#engine/runs/index.ts';
import { figureLabel, usualFigure } from '#engine/runs/report/index.ts';

export interface JudgedState {
  /** `validation.accuracy`; null: what the runs are headed by. */
  readonly figure: string | null;
  /** A setting's path; null: alike in all but the seed. */
  readonly by: string | null;
  /** Whether the runs of a group are drawn beside their mean. */
  readonly members: boolean;
  /** Of each axis the part that is kept, in shares of it from below. */
  readonly brushes: Readonly<Record<string, readonly [number, number]>>;
  /** What the scatter shows; null: what counts for most, and what decides. */
  readonly x: string | null;
  readonly y: string | null;
}

export const judgedStore = createStore<JudgedState>(() => ({
  figure: null,
  by: null,
  members: false,
  brushes: {},
  x: null,
  y: null,
}));

/** What was chosen, where these runs have it. */
export function figureIn(rows: readonly RunRow[], chosen: string | null): FigureName | null {
  const offered = figuresOf(rows);
  if (chosen !== null && offered.some(({ value }) => value === chosen)) return figureName(chosen);
  return usualFigure(rows);
}

export const figureKey = ({ split, key }: FigureName): string => `${split}.${key}`;

export interface Offered {
  readonly value: string;
  readonly label: string;
}

/** Of validation and of the test part, by the best; of training the last. */
export function figuresOf(rows: readonly RunRow[]): readonly Offered[] {
  return (['validation', 'test', 'train'] as const).flatMap((split) => {
    const keys = new Set(
      rows.flatMap(({ last }) => Object.keys(ofSamples(last?.[split]?.values ?? {}))),
    );
    return inListOrder(keys).map((key) => {
      const name = figureName(`${split}.${key}`);
      return { value: figureKey(name), label: figureLabel(name) };
    });
  });
}

/** As a choice among settings, none of whose paths it is. */
export const ALL_BUT_SEED = '*';

/** What runs may be grouped by: whatever differs between them. */
export const groupingsOf = (rows: readonly RunRow[]): readonly Offered[] => [
  { value: ALL_BUT_SEED, label: 'all but the seed' },
  ...settingDifferences(rows)
    .filter(({ path }) => path !== SEED_SETTING)
    .map(({ path, name }) => ({ value: path, label: name })),
];

/** Which end of a figure is the good one; `higher` where neither is. */
export const isLowerBetter = ({ key }: FigureName): boolean => metricName(key).better === 'lower';
