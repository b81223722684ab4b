/**
 * Runs in groups: those that differ in nothing but their seed, or those that have a setting alike. Of a group
 * the mean, its spread and one curve with a band. A group says how many runs its figures are of, and which
 * were left out and why: a repeat of the same seed is the same run again, not another one. Pure.
 */
import type { JsonValue } from '../ir/attrs.ts';
import { own } from '../ir/record.ts';
import type { RunRow } from '../protocol/index.ts';
import { isActive } from '../protocol/runState.ts';
import { type FigureName, figureOf } from './figures.ts';
import { shortName } from './settings.ts';
import {
  canTellPairs,
  FALSE_RATE,
  meanDifference,
  type MeanDifference,
  pairedDifference,
} from './statistics.ts';
import { settingText } from './words.ts';

/** `null`: alike in all but the seed. */
export type GroupBy = string | null;

export interface RunGroup {
  /** Of what its runs have alike: the same for the same settings whichever runs there are. */
  readonly key: string;
  /** What tells it from the other groups: `lr 0.01, batch 64`. */
  readonly label: string;
  /** As they were given. */
  readonly runs: readonly RunRow[];
  /** Whether they differ in nothing but their seeds. */
  readonly seedsOnly: boolean;
}

export const SEED_SETTING = 'training.seed';
const FOLD_SETTING = 'training.split.fold';
/** Runs that differ in these alone are the same thing tried again, on other numbers or other samples. */
const REPEATED: ReadonlySet<string> = new Set([SEED_SETTING, FOLD_SETTING]);
const repeatOf = ({ settings }: RunRow): string =>
  JSON.stringify([own(settings, SEED_SETTING), own(settings, FOLD_SETTING) ?? 1]);
/** What a run is computed with changes how fast it comes about, not what. */
export const NO_MATTER: ReadonlySet<string> = new Set(['training.threads', 'training.device']);

/** In the order of their first runs. A run without the setting is of a group of its own kind. */
export function groupRuns(rows: readonly RunRow[], by: GroupBy = null): readonly RunGroup[] {
  const found = new Map<string, RunRow[]>();
  for (const row of rows) {
    const key = by === null ? kindOf(row) : JSON.stringify(own(row.settings, by) ?? null);
    const members = found.get(key);
    if (members) members.push(row);
    else found.set(key, [row]);
  }
  const groups = [...found].map(([key, runs]) => ({
    key,
    runs,
    seedsOnly: new Set(runs.map(kindOf)).size === 1,
  }));
  const labels = by === null ? kindLabels(groups.map(({ runs }) => runs)) : null;
  return groups.map((group, i) => ({
    ...group,
    label: labels?.[i] ?? `${shortName(by ?? '')} ${settingText(firstSetting(group.runs, by))}`,
  }));
}

const firstSetting = ([first]: readonly RunRow[], by: GroupBy): JsonValue | undefined =>
  own(first?.settings, by ?? '');

/** Settings (of aligned runs the wiring is one) without seed and fold, the data that were read, and the size. */
function kindOf({ settings, dataFingerprint, parameters }: RunRow): string {
  const same = Object.entries(settings).filter(
    ([path]) => !REPEATED.has(path) && !NO_MATTER.has(path),
  );
  return JSON.stringify([
    same.toSorted(([a], [b]) => (a < b ? -1 : 1)),
    dataFingerprint,
    parameters,
  ]);
}

/** A group by what its runs are set to that others are not; by name where there is nothing of the kind. */
function kindLabels(groups: readonly (readonly RunRow[])[]): readonly string[] {
  const firsts = groups.map(([first]) => first);
  const paths = new Set(firsts.flatMap((row) => Object.keys(row?.settings ?? {})));
  const telling = tellingFirst(
    [...paths].filter((path) => !REPEATED.has(path) && !NO_MATTER.has(path)),
    firsts,
  );
  const most = Math.max(MOST_PARTS, telling.needed);
  return firsts.map((row) => {
    const parts = telling.paths.flatMap((path) => {
      const value = own(row?.settings, path);
      return value === undefined ? [] : [`${shortName(path)} ${settingText(value)}`];
    });
    if (parts.length === 0) return row?.name ?? '';
    const more = parts.length - most;
    return `${parts.slice(0, most).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  });
}
const MOST_PARTS = 3;

/**
 * Of these settings those that are not alike in all: first as many as it takes to tell every group from every
 * other, each the one that tells most of them apart, then the others in their order.
 */
function tellingFirst(
  paths: readonly string[],
  firsts: readonly (RunRow | undefined)[],
): { readonly paths: readonly string[]; readonly needed: number } {
  let rest = paths
    .map((path) => ({
      path,
      told: numbered(firsts.map((row) => JSON.stringify(own(row?.settings, path)) ?? '')),
    }))
    .filter(({ told }) => new Set(told).size > 1);
  const chosen: string[] = [];
  let kinds = firsts.map(() => 0);
  while (new Set(kinds).size < firsts.length) {
    let best = { path: '', kinds, count: new Set(kinds).size };
    for (const { path, told } of rest) {
      const finer = kinds.map((kind, i) => kind * firsts.length + (told[i] ?? 0));
      const count = new Set(finer).size;
      if (count > best.count) best = { path, kinds: finer, count };
    }
    // What is left tells nothing more: they differ in their data or their size.
    if (best.path === '') break;
    chosen.push(best.path);
    kinds = numbered(best.kinds);
    rest = rest.filter(({ path }) => path !== best.path);
  }
  return { paths: [...chosen, ...rest.map(({ path }) => path)], needed: chosen.length };
}

/** Each value by the number of its kind, from 0. */
function numbered(values: readonly unknown[]): number[] {
  const kinds = new Map<unknown, number>();
  return values.map((value) => {
    const kind = kinds.get(value) ?? kinds.size;
    kinds.set(value, kind);
    return kind;
  });
}

/** Why a run of a group is not among those that a figure is of. */
export type LeftOut = 'active' | 'failed' | 'interrupted' | 'repeat' | 'no figure';

export interface GroupFigures {
  readonly group: RunGroup;
  /** Those that count, with their figures. */
  readonly members: readonly { readonly run: RunRow; readonly value: number }[];
  readonly values: readonly number[];
  readonly leftOut: readonly { readonly run: RunRow; readonly why: LeftOut }[];
}

/** Of each run of a group its figure; runs that have not ended as they were meant to say little of it. */
export function groupFigures(group: RunGroup, figure: FigureName): GroupFigures {
  const members: { run: RunRow; value: number }[] = [];
  const leftOut: { run: RunRow; why: LeftOut }[] = [];
  const seen = new Set<string>();
  for (const run of group.runs) {
    const value = figureOf(run, figure);
    const same = `${kindOf(run)} ${repeatOf(run)}`;
    const why = whyNot(run, value, seen.has(same));
    if (why !== null || value === undefined) leftOut.push({ run, why: why ?? 'no figure' });
    else {
      members.push({ run, value });
      seen.add(same);
    }
  }
  return { group, members, values: members.map(({ value }) => value), leftOut };
}

function whyNot(run: RunRow, value: number | undefined, isRepeat: boolean): LeftOut | null {
  const { state } = run.progress;
  if (isActive(state)) return 'active';
  if (state === 'failed' || state === 'interrupted') return state;
  if (value === undefined || !Number.isFinite(value)) return 'no figure';
  return isRepeat ? 'repeat' : null;
}

export interface GroupComparison {
  readonly base: GroupFigures;
  readonly other: GroupFigures;
  /** Of the other less the base. */
  readonly result: MeanDifference;
}

/** Their figures seed by seed; null where the two have not the same seeds, or one has a seed twice. */
function bySeed(a: GroupFigures, b: GroupFigures): readonly (readonly [number, number])[] | null {
  const of = ({ members }: GroupFigures): ReadonlyMap<string, number> =>
    new Map(members.map(({ run, value }) => [repeatOf(run), value]));
  const [ours, theirs] = [of(a), of(b)];
  const isOnce = ours.size === a.members.length && theirs.size === b.members.length;
  if (!isOnce || ours.size !== theirs.size) return null;
  const pairs = [...ours].flatMap(([seed, value]) => {
    const other = theirs.get(seed);
    return other === undefined ? [] : [[value, other] as const];
  });
  return pairs.length === ours.size ? pairs : null;
}

/** By pairs of one seed where both have the same seeds, and as many as a test of pairs can tell by. */
function differenceOf(a: GroupFigures, b: GroupFigures, rate: number): MeanDifference {
  const pairs = bySeed(a, b);
  if (!pairs || !canTellPairs(pairs.length, rate)) return meanDifference(a.values, b.values, rate);
  const [ours, theirs] = [pairs.map(([value]) => value), pairs.map(([, value]) => value)];
  return pairedDifference(ours, theirs, rate);
}

/** Each of the others with the first; the rate of false findings is that of all of them together. */
export function compareGroups(groups: readonly GroupFigures[]): readonly GroupComparison[] {
  const [base, ...others] = groups;
  if (!base) return [];
  const rate = FALSE_RATE / Math.max(1, others.length);
  return others.map((other) => ({
    base,
    other,
    result: differenceOf(other, base, rate),
  }));
}
