/**
 * The trials of a sweep as the sections of Compare take runs: of the settings only what the sweep varied and
 * the seed, so that a linked or repeated part is one setting and not all that follows from it. Pure.
 */
import type { JsonValue } from '#engine/ir/attrs.ts';
import { own } from '#engine/ir/record.ts';
import type { RunRow, SweepInfo } from '#engine/protocol/index.ts';
import { SEED_SETTING, shortName } from '#engine/runs/index.ts';
import {
  bestOf,
  type SettingResult,
  sweepResults,
  type SweepTrial,
  valueText,
} from '#engine/search/index.ts';

/** What was set, for a tooltip or a label that is read out: `lr=0.01, batch=32`. */
export const settingWords = ({ plan }: SweepInfo, { values }: Pick<SweepTrial, 'values'>): string =>
  plan.space.map(({ name }) => `${shortName(name)}=${valueText(values, name)}`).join(', ');

/**
 * As short as it tells a trial from the others: `32 outFeatures`, `ReLU`; of several settings its number,
 * `#15`, as the table has it.
 */
function trialWords({ plan }: SweepInfo, { values, number }: SweepTrial): string {
  const [only, ...others] = plan.space;
  if (!only || others.length > 0) return `#${number}`;
  const text = valueText(values, only.name);
  return typeof own(values, only.name) === 'number' ? `${text} ${lastPart(only.name)}` : text;
}

/** Of linked settings the first stands for all. */
export const parameterLabel = (name: string): string => {
  const [first = '', ...others] = name.split('+').map(shortName);
  return others.length === 0 ? first : `${first} and ${others.length} more`;
};

const lastPart = (name: string): string => parameterLabel(name).split('.').at(-1) ?? name;

/** `, fold 2, seed 7`: folds of one seed are told apart as well. */
function repeatWords({ fold, seed }: SweepTrial): string {
  return `${fold === undefined ? '' : `, fold ${fold}`}, seed ${seed}`;
}

/** In the order of the search; trials that have no run are not among them. */
export function sweepRows(sweep: SweepInfo, byId: ReadonlyMap<string, RunRow>): readonly RunRow[] {
  const { plan, trials } = sweep;
  return trials.flatMap((trial) => {
    const row = trial.run === null ? undefined : byId.get(trial.run);
    if (!row) return [];
    const settings: Record<string, JsonValue> = { [SEED_SETTING]: trial.seed, ...trial.values };
    const repeat = plan.seeds > 1 ? repeatWords(trial) : '';
    return [{ ...row, name: `${trialWords(sweep, trial)}${repeat}`, settings }];
  });
}

/** Side by side there is room for so many. */
const MOST_SHOWN = 6;

/**
 * Whose answers are shown side by side: of each setting one run, in the order of the values where one setting
 * varies, else of the best.
 */
export function shownRuns({ plan, trials }: SweepInfo, rows: readonly RunRow[]): readonly RunRow[] {
  const byId = new Map(rows.map((row) => [row.id, row]));
  const best = sweepResults(plan, trials).flatMap(({ trials: [first], values }) => {
    const row = first?.run == null ? undefined : byId.get(first.run);
    return row ? [{ row, values }] : [];
  });
  const shown = best.slice(0, MOST_SHOWN);
  const [only, ...others] = plan.space;
  if (!only || others.length > 0) return shown.map(({ row }) => row);
  const place = (value: JsonValue | undefined): number =>
    typeof value === 'number'
      ? value
      : only.kind === 'choice'
        ? only.values.findIndex((each) => each === value)
        : 0;
  return shown
    .toSorted((a, b) => place(own(a.values, only.name)) - place(own(b.values, only.name)))
    .map(({ row }) => row);
}

/** A setting each; where nothing varies but the seed, a trial each. Best first. */
export function shownResults({ plan, trials }: SweepInfo): readonly SettingResult[] {
  const settings = sweepResults(plan, trials);
  if (plan.space.length > 0) return settings;
  const loss = ({ value }: SettingResult): number =>
    value === null ? Infinity : plan.monitor.better === 'higher' ? -value : value;
  return settings
    .flatMap((setting) =>
      setting.trials.map((trial): SettingResult => {
        const best = bestOf(plan, trial);
        return { ...setting, trials: [trial], bests: best === null ? [] : [best], value: best };
      }),
    )
    .toSorted((a, b) => loss(a) - loss(b) || 0);
}

/** All runs of a sweep, best setting first. */
export const rankedRuns = ({ plan, trials }: SweepInfo): readonly string[] =>
  sweepResults(plan, trials).flatMap(({ trials: ofSetting, value }) =>
    value === null ? [] : ofSetting.flatMap(({ run }) => run ?? []),
  );
