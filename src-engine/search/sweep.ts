/**
 * A sweep: which trials are begun, what came of them, which end early and which is best. Knows nothing of who
 * trains them or keeps them: it is told, and asked. What it is made of (plan, trials) is plain data, so that a
 * sweep that was cut off is made again from what is on record and goes on.
 */
import type { Monitor } from '../check/monitor.ts';
import type { JsonValue } from '../ir/attrs.ts';
import type { NetworkDocument } from '../ir/document.ts';
import { inputError } from '../ir/problem.ts';
import { applyValues } from './apply.ts';
import type { Report } from './defineStopping.ts';
import type { Tried } from './defineStrategy.ts';
import type { SearchSpace, Values } from './space.ts';
import { stoppingRules } from './stopping/index.ts';
import { strategies } from './strategies/index.ts';

export interface SweepPlan {
  readonly name: string;
  readonly space: SearchSpace;
  /** Id of a strategy. */
  readonly strategy: string;
  /** Id of a stopping rule; null trains every trial to its end. */
  readonly stopping: string | null;
  /** Settings that are tried at most. */
  readonly trials: number;
  /** After so long it ends; a trial that trains then is stopped, and kept. */
  readonly minutes: number | null;
  /**
   * Each setting is trained so often: with the seed of the document and those that follow it; where the document
   * has folds, on each fold before the next seed.
   */
  readonly seeds: number;
  /** Of the search's own random numbers. */
  readonly seed: number;
  readonly monitor: Monitor;
}

export type TrialState = 'running' | 'finished' | 'stopped' | 'failed';

export interface TrialReport {
  readonly epoch: number;
  /** Null where it was not finite. */
  readonly value: number | null;
}

export interface SweepTrial {
  /** From 1. */
  readonly number: number;
  /** Which setting of the search, from 0; trials of one setting differ in their seed. */
  readonly setting: number;
  readonly values: Values;
  readonly seed: number;
  /** What it is validated on, where trials of one setting differ in their fold. */
  readonly fold?: number;
  readonly state: TrialState;
  /** Null until it has begun, and where it could not begin. */
  readonly run: string | null;
  /** What the watched metric of validation was, by epoch. */
  readonly reports: readonly TrialReport[];
  /** Why it was stopped or failed. */
  readonly reason?: string;
}

/** A setting with what came of it. */
export interface SettingResult {
  readonly setting: number;
  readonly values: Values;
  readonly trials: readonly SweepTrial[];
  /** The best that each of them came to. */
  readonly bests: readonly number[];
  /** Mean of those; null where none has told anything. */
  readonly value: number | null;
}

export class Sweep {
  readonly plan: SweepPlan;
  readonly #document: NetworkDocument;
  readonly #trials: SweepTrial[];
  /** 0: trials of one setting differ in their seed alone. */
  readonly #folds: number;

  constructor(plan: SweepPlan, document: NetworkDocument, trials: readonly SweepTrial[] = []) {
    if (!strategies.has(plan.strategy)) {
      throw inputError('search.unknown-strategy', `There is no search ${plan.strategy}.`);
    }
    if (plan.stopping !== null && !stoppingRules.has(plan.stopping)) {
      throw inputError('search.unknown-stopping', `There is no stopping rule ${plan.stopping}.`);
    }
    if (plan.seeds > 1 && plan.space.some(({ paths }) => paths.includes('training.seed'))) {
      throw inputError(
        'search.seed-twice',
        'The seed is searched and repeated at once. Name seeds either way, not both.',
        { path: 'training.seed' },
      );
    }
    this.plan = plan;
    this.#document = document;
    const isSearched = plan.space.some(({ paths }) => paths.some((path) => FOLD_PATHS.has(path)));
    const { folds } = document.training.split;
    this.#folds = plan.seeds > 1 && folds > 1 && !isSearched ? folds : 0;
    this.#trials = [...trials];
  }

  get trials(): readonly SweepTrial[] {
    return this.#trials;
  }

  trial(number: number): SweepTrial {
    const trial = this.#trials[number - 1];
    if (!trial) throw new Error(`there is no trial ${number}`);
    return trial;
  }

  /** The trial to begin now, entered as running; null where there is none left. */
  next(): SweepTrial | null {
    const last = this.#trials.at(-1);
    const ofLast = this.#trials.filter(({ setting }) => setting === last?.setting).length;
    if (last && ofLast < this.plan.seeds) return this.#enter(last.setting, last.values, ofLast);
    const tried = this.#tried();
    if (tried.length >= this.plan.trials) return null;
    const { space, seed, strategy } = this.plan;
    const values = strategies.get(strategy)?.propose({ space, seed, tried }) ?? null;
    return values && this.#enter(tried.length, values, 0);
  }

  #enter(setting: number, values: Values, nth: number): SweepTrial {
    const number = this.#trials.length + 1;
    const folds = this.#folds;
    const first = seedOf(values) ?? this.#document.training.seed;
    const seed = first + (folds > 0 ? Math.floor(nth / folds) : nth);
    const trial = {
      number,
      setting,
      values,
      seed,
      ...(folds > 0 && { fold: (nth % folds) + 1 }),
      state: 'running',
      run: null,
      reports: [],
    } as const;
    this.#trials.push(trial);
    return trial;
  }

  /** What a trial trains; throws InputError where its values do not go together. */
  document({ values, seed, fold }: SweepTrial): NetworkDocument {
    const changed = applyValues(this.#document, this.plan.space, values);
    const { training } = changed;
    const split = fold === undefined ? training.split : { ...training.split, fold };
    return { ...changed, training: { ...training, seed, split } };
  }

  begun(number: number, run: string): SweepTrial {
    return this.#change(number, { run });
  }

  /** It begins anew, what it told is forgotten. */
  again(number: number): SweepTrial {
    return this.#change(number, { run: null, reports: [] });
  }

  /** Answers why it is to end now; null where it goes on. */
  report(number: number, epoch: number, value: number): string | null {
    const { reports: before } = this.trial(number);
    // A run that went back to its checkpoint tells some epochs again.
    const told = { epoch, value: Number.isFinite(value) ? value : null };
    const reports = [...before.filter((report) => report.epoch < epoch), told];
    this.#change(number, { reports });
    const { stopping } = this.plan;
    const rule = stopping === null ? undefined : stoppingRules.get(stopping);
    const others = this.#trials.filter((other) => other.number !== number);
    return (
      rule?.reason({
        reports: this.#losses(reports),
        others: others.map((other) => this.#losses(other.reports)),
      }) ?? null
    );
  }

  ended(number: number, state: Exclude<TrialState, 'running'>, reason?: string): SweepTrial {
    return this.#change(number, { state, ...(reason !== undefined && { reason }) });
  }

  /** Best first; what told nothing is last. */
  results(): readonly SettingResult[] {
    return sweepResults(this.plan, this.#trials);
  }

  /** The best that a trial told. */
  bestOf(trial: SweepTrial): number | null {
    return bestOf(this.plan, trial);
  }

  /** The best trial of all. */
  best(): SweepTrial | null {
    return bestTrial(this.plan, this.#trials);
  }

  #change(number: number, change: Partial<SweepTrial>): SweepTrial {
    const trial = { ...this.trial(number), ...change };
    this.#trials[number - 1] = trial;
    return trial;
  }

  #tried(): readonly Tried[] {
    return bySetting(this.#trials).map((trials) => ({
      values: trials[0].values,
      loss: this.#loss(trials),
    }));
  }

  #loss(trials: readonly SweepTrial[]): number | null {
    if (trials.some(({ state }) => state === 'running')) return null;
    const losses = trials.map((trial) => {
      const value = trial.state === 'failed' ? null : this.bestOf(trial);
      return value === null ? Infinity : this.#lossOf(value);
    });
    return losses.reduce((a, b) => a + b, 0) / losses.length;
  }

  #losses(reports: readonly TrialReport[]): readonly Report[] {
    return reports.map(({ epoch, value }) => ({
      epoch,
      loss: value === null ? Infinity : this.#lossOf(value),
    }));
  }

  #lossOf(value: number): number {
    return this.plan.monitor.better === 'higher' ? -value : value;
  }
}

/** The best that a trial told. */
export function bestOf({ monitor }: SweepPlan, { reports }: SweepTrial): number | null {
  const told = reports.flatMap(({ value }) => value ?? []);
  if (told.length === 0) return null;
  return monitor.better === 'higher' ? Math.max(...told) : Math.min(...told);
}

/** The first of the best; null where none has told anything. */
export function bestTrial(plan: SweepPlan, trials: readonly SweepTrial[]): SweepTrial | null {
  const sign = plan.monitor.better === 'higher' ? -1 : 1;
  const told = trials.flatMap((trial) => {
    const value = bestOf(plan, trial);
    return value === null ? [] : [{ trial, loss: sign * value }];
  });
  const [first] = told.toSorted((a, b) => a.loss - b.loss || a.trial.number - b.trial.number);
  return first?.trial ?? null;
}

/** Best first; what told nothing is last. */
export function sweepResults(
  plan: SweepPlan,
  all: readonly SweepTrial[],
): readonly SettingResult[] {
  const found = bySetting(all).map((trials): SettingResult => {
    const bests = trials.flatMap((trial) => bestOf(plan, trial) ?? []);
    const value = bests.length === 0 ? null : bests.reduce((a, b) => a + b, 0) / bests.length;
    return { setting: trials[0].setting, values: trials[0].values, trials, bests, value };
  });
  const loss = ({ value }: SettingResult): number =>
    value === null ? Infinity : plan.monitor.better === 'higher' ? -value : value;
  return found.toSorted((a, b) => (loss(a) < loss(b) ? -1 : loss(a) > loss(b) ? 1 : 0));
}

type OfSetting = readonly [SweepTrial, ...SweepTrial[]];

/** In the order of the search. */
function bySetting(trials: readonly SweepTrial[]): readonly OfSetting[] {
  const found = new Map<number, [SweepTrial, ...SweepTrial[]]>();
  for (const trial of trials) {
    const known = found.get(trial.setting);
    if (known) known.push(trial);
    else found.set(trial.setting, [trial]);
  }
  return [...found.values()];
}

const FOLD_PATHS: ReadonlySet<string> = new Set(['training.split.fold', 'training.split.folds']);

/** Where the seed itself is searched. */
function seedOf(values: Values): number | undefined {
  const seed: JsonValue | undefined = values['training.seed'];
  return typeof seed === 'number' ? seed : undefined;
}
