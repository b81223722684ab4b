/**
 * The line that sweeps one setting, or several of a kind together, over values that make sense for it: around
 * what it is now where it is a number, all there is where it is a choice. For whoever points at a field. Pure.
 */
import type { Attr, JsonValue } from '../ir/attrs.ts';
import type { NetworkDocument } from '../ir/document.ts';
import { InputError } from '../ir/problem.ts';
import { own } from '../ir/record.ts';
import { settingsOf, shortName } from '../runs/settings.ts';
import { SEED_SETTING } from '../runs/groups.ts';
import { readParameter } from './readSpace.ts';
import { checkedValue, target, type Target } from './targets.ts';

const MOST_CHOICES = 8;
/** Up to this a whole number is counted in ones, above in doublings. */
const LARGEST_COUNTED = 6;

/** A field as its form has it. */
export interface FieldOfForm {
  readonly attr: Attr;
  readonly value: JsonValue;
}

/**
 * Null where there is nothing to be searched: no such setting, a text, a shape. `field` counts where the
 * document does not say what the setting takes, which is so of the options of data sources.
 */
export function sweepLine(
  document: NetworkDocument,
  paths: readonly string[],
  field?: FieldOfForm,
): string | null {
  const [path] = paths;
  if (path === undefined) return null;
  try {
    const to = target(document, path);
    const isKnown = field === undefined || to.guessedFrom === undefined;
    const values = isKnown
      ? around(to, own(settingsOf(document), path) ?? null)
      : around({ ...to, attr: field.attr }, field.value);
    if (values === null) return null;
    const line = `${paths.map(shortName).join('+')}=${values}`;
    // Linked ones must all take it.
    readParameter(line, document);
    return line;
  } catch (error) {
    if (error instanceof InputError) return null;
    throw error;
  }
}

function around(to: Target, now: JsonValue): string | null {
  const { attr } = to;
  switch (attr.kind) {
    case 'bool':
      return 'false,true';
    case 'choice':
      return listed(
        to,
        [now, ...attr.options.filter((each) => each !== now)].slice(0, MOST_CHOICES),
      );
    case 'int':
      if (to.path === SEED_SETTING)
        return listed(
          to,
          [0, 1, 2, 3, 4].map((n) => Number(now) + n),
        );
      return listed(to, wholeNumbers(typeof now === 'number' ? now : attr.default));
    case 'number':
      return numbers(to, attr, typeof now === 'number' ? now : attr.default);
    case 'pair':
      return listed(
        to,
        [1, 2, 3, 5, 7].map((side) => [side, side]),
      );
    case 'shape':
    case 'numbers':
    case 'text':
    case 'source':
    case 'options':
    case 'fields':
    case 'names':
    case 'steps':
      return null;
  }
}

function wholeNumbers(now: number): readonly number[] {
  if (now <= LARGEST_COUNTED) return Array.from({ length: 5 }, (_, i) => Math.max(now - 2, 0) + i);
  return [now / 4, now / 2, now, now * 2, now * 4].map(Math.round);
}

/** A share goes through its range, what is told by its size over two decades. */
function numbers(to: Target, attr: Extract<Attr, { kind: 'number' }>, now: number): string | null {
  const { min, max, above } = attr;
  const isShare =
    (min === 0 || above === 0) && max !== undefined && max <= 1 && attr.logarithmic !== true;
  if (isShare) return listed(to, [0, 0.1, 0.2, 0.3, 0.5, 0.7, 0.8]);
  if (now > 0) {
    const ends = [now / 10, now * 10].map((end) => Number(end.toPrecision(3)));
    const low = Math.max(ends[0] ?? now, min !== undefined && min > 0 ? min : 0);
    const high = Math.min(ends[1] ?? now, max ?? Infinity);
    if (low > 0 && low < high) return `log:${low}..${high}`;
  }
  return listed(to, [now, 0, 1e-5, 1e-4, 1e-3, 1e-2, 0.1]);
}

/** Those that it takes, each once; null of fewer than two. */
function listed(to: Target, values: readonly JsonValue[]): string | null {
  const texts = values.flatMap((value) => {
    if (!takes(to, value)) return [];
    return typeof value === 'string' ? value : JSON.stringify(value);
  });
  const distinct = [...new Set(texts)];
  return distinct.length < 2 ? null : distinct.join(',');
}

function takes(to: Target, value: JsonValue): boolean {
  try {
    checkedValue(to, value);
    return value !== null;
  } catch (error) {
    if (error instanceof InputError) return false;
    throw error;
  }
}
