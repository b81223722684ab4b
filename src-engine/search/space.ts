/**
 * What a search varies. A parameter is one setting by its path (runs/settings.ts names them), or several that
 * take the same value, or a part of the structure (`act`: a node's kind; `repeat(fc2..relu2)`: how often nodes
 * stand in a row; `fc2.bypassed`). Its values are a choice out of some, or a range of numbers. Pure data, so
 * that it is stored and sent; what it does to a document is in apply.ts, how people write it in readSpace.ts.
 */
import type { JsonValue } from '../ir/attrs.ts';
import { own } from '../ir/record.ts';

interface ParameterBase {
  /** Its paths, joined by `+`; unique in a space. */
  readonly name: string;
  /** All of them take the value. */
  readonly paths: readonly string[];
}
export interface ChoiceParameter extends ParameterBase {
  readonly kind: 'choice';
  readonly values: readonly JsonValue[];
}
export interface RangeParameter extends ParameterBase {
  readonly kind: 'int' | 'float';
  /** Both included. */
  readonly low: number;
  readonly high: number;
  /** Evenly in the logarithm: for what matters by its order of magnitude. */
  readonly log: boolean;
  /** Only every so much from `low`; whole numbers have 1 where none is said. */
  readonly step?: number;
}
export type Parameter = ChoiceParameter | RangeParameter;
export type SearchSpace = readonly Parameter[];

/** A value for each parameter, by its name. */
export type Values = Readonly<Record<string, JsonValue>>;

/** So many values of a range make a grid where no step is said and there are more whole numbers. */
export const GRID_POINTS = 5;
/** Whole numbers up to so many are all on the grid. */
const ALL_ON_GRID = 10;
/** Of a range; nothing that is trained depends on more digits, and people read them. */
const LINEAR_PARTS = 10_000;
const LOG_DIGITS = 4;

/** The same for the same values, in whatever order they are kept. */
export const valuesKey = (space: SearchSpace, values: Values): string =>
  JSON.stringify(space.map(({ name }) => own(values, name)));

/** A value as people read it. */
export function valueText(values: Values, name: string): string {
  const value = own(values, name);
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** How many different settings there are. */
export const spaceSize = (space: SearchSpace): number =>
  space.reduce((product, parameter) => product * valueCount(parameter), 1);

export function valueCount(parameter: Parameter): number {
  if (parameter.kind === 'choice') return parameter.values.length;
  return steps(parameter) ?? Infinity;
}

/** Of a range in steps: how many numbers it has; null where it has no steps. */
function steps({ kind, low, high, step }: RangeParameter): number | null {
  const every = step ?? (kind === 'int' ? 1 : null);
  return every === null ? null : Math.floor((high - low) / every + 1e-9) + 1;
}

/** The value at a place from 0 to 1, 1 not included: even in value, or in its logarithm. */
export function valueAt(parameter: Parameter, place: number): JsonValue {
  if (parameter.kind === 'choice') {
    const { values } = parameter;
    return values[Math.min(values.length - 1, Math.floor(place * values.length))] ?? null;
  }
  const [low, high] = scaledRange(parameter);
  return fromScale(parameter, low + place * (high - low));
}

/**
 * A range as the searches see it: logarithms where they are asked for; half a step wider on either side where
 * there are steps, so that the ends are as likely as the rest.
 */
export function scaledRange(parameter: RangeParameter): readonly [low: number, high: number] {
  const { low, high, log } = parameter;
  const half = steps(parameter) === null ? 0 : (parameter.step ?? 1) / 2;
  // Half below the lowest of 1, which is above zero as a logarithm needs it; steps from lower have no log.
  return log ? [Math.log(low - half), Math.log(high + half)] : [low - half, high + half];
}

export const toScale = ({ log }: RangeParameter, value: number): number =>
  log ? Math.log(value) : value;

/** The value nearest to what a search means. */
export function fromScale(parameter: RangeParameter, scaled: number): number {
  const { low, high, log, step = 1 } = parameter;
  const value = log ? Math.exp(scaled) : scaled;
  const count = steps(parameter);
  if (count !== null) {
    const nth = Math.min(count - 1, Math.max(0, Math.round((value - low) / step)));
    return tidy(low + nth * step);
  }
  const part = (high - low) / LINEAR_PARTS;
  const short = log
    ? Number(value.toPrecision(LOG_DIGITS))
    : tidy(low + Math.round((value - low) / part) * part);
  return Math.min(high, Math.max(low, short));
}

/** Sums of steps without what floating point adds to them: 0.30000000000000004. */
const tidy = (value: number): number => Number(value.toPrecision(12));

/** What of a parameter a grid has. */
export function gridValues(parameter: Parameter): readonly JsonValue[] {
  if (parameter.kind === 'choice') return parameter.values;
  const { low, high, log, step } = parameter;
  const count = steps(parameter);
  if (count !== null && (step !== undefined || count <= ALL_ON_GRID)) {
    return Array.from({ length: count }, (_, i) => tidy(low + i * (step ?? 1)));
  }
  const [from, to] = log ? [Math.log(low), Math.log(high)] : [low, high];
  const spread = Array.from({ length: GRID_POINTS }, (_, i) =>
    fromScale(parameter, from + (i / (GRID_POINTS - 1)) * (to - from)),
  );
  return [...new Set(spread)];
}
