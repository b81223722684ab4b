/**
 * Objectives that do not have their turn in every update, such as a generator that is trained once while its
 * critic is trained five times. Which of them an update is for follows from its number alone.
 */
import type { Objective } from './document.ts';

type Turn = Pick<Objective, 'every'>;

/** Positions of those whose turn it is, ascending. `update` counts from 1. */
export function dueIn(objectives: readonly Turn[], update: number): readonly number[] {
  return objectives.flatMap(({ every }, index) => (update % every === 0 ? [index] : []));
}

/** Turns of their own there may be: each combination is a program. */
export const MOST_TURNS = 3;

/** How often objectives have their turn where that is not always, each number once. */
export const turnsOf = (objectives: readonly Turn[]): readonly number[] =>
  [...new Set(objectives.map(({ every }) => every))].filter((every) => every > 1);

/** Which of `turns` an update is for, as bits by their place: as many as there may be programs of a step. */
export const turnBits = (turns: readonly number[], update: number): number =>
  turns.reduce((bits, every, place) => (update % every === 0 ? bits | (1 << place) : bits), 0);

/** Every combination that some update is for; that of all of them first. */
export function dueCombinations(objectives: readonly Turn[]): readonly (readonly number[])[] {
  const turns = turnsOf(objectives);
  const subsets = turns.reduce<readonly (readonly number[])[]>(
    (found, every) => found.flatMap((subset) => [[...subset, every], subset]),
    [[]],
  );
  return subsets.flatMap((subset) => {
    const update = subset.reduce(leastCommonMultiple, 1);
    // What is due whenever these are is one of them.
    const whole = turns.every((every) => subset.includes(every) || update % every !== 0);
    return whole ? [dueIn(objectives, update)] : [];
  });
}

function leastCommonMultiple(a: number, b: number): number {
  let [x, y] = [a, b];
  while (y > 0) [x, y] = [y, x % y];
  return (a / x) * b;
}
