/** Round numbers for axes. Axes end where the data ends; ticks stand at round values inside. */

const STEPS = [1, 2, 5, 10] as const;

/** At most `count` + 1 round values within [low, high]. */
export function niceTicks(low: number, high: number, count: number): number[] {
  if (!(high > low) || count < 1) return Number.isFinite(low) ? [low] : [];
  const raw = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = power * (STEPS.find((each) => each * power >= raw * (1 - 1e-9)) ?? 10);
  const ticks: number[] = [];
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  // Multiples of the step, so that 0.1 + 0.2 does not show.
  for (let i = first; i <= last; i++) ticks.push(Number((i * step).toPrecision(12)));
  return ticks;
}

/** Round values for a logarithmic axis: powers of ten; with 2 and 5 between when few decades show. */
export function logTicks(low: number, high: number, count: number): number[] {
  if (!(low > 0) || !(high > low)) return [];
  const decades = Math.log10(high / low);
  const within = (value: number): boolean =>
    value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9);
  const powers: number[] = [];
  for (let e = Math.floor(Math.log10(low)); e <= Math.ceil(Math.log10(high)); e++)
    powers.push(10 ** e);
  if (decades > count) {
    const every = Math.ceil(decades / count);
    return powers.filter((value, i) => i % every === 0 && within(value));
  }
  const plain = powers.filter(within);
  if (plain.length >= 3) return plain;
  const between = powers.flatMap((power) => [power, 2 * power, 5 * power]).filter(within);
  return between.length >= 2 ? between : niceTicks(low, high, count);
}

/** Of a line of figures with air above and below. */
const TICK_PX = 15;

/** Without those that would stand too close to the one below, on an axis so many px long. */
export function withRoom<T extends { readonly at: number }>(
  ticks: readonly T[],
  [low, high]: readonly [number, number],
  lengthPx: number,
): readonly T[] {
  const least = ((high - low) * TICK_PX) / lengthPx;
  let last = -Infinity;
  return ticks.filter(({ at }) => {
    // The last digits of what was computed may differ.
    if (at - last < least * (1 - 1e-9)) return false;
    last = at;
    return true;
  });
}

/** A range a little wider than the data, so that lines do not run along the frame. */
export function padded(range: readonly [number, number], share = 0.04): [number, number] {
  const [low, high] = range;
  const margin = high > low ? (high - low) * share : Math.abs(low) * 0.1 || 1;
  return [low - margin, high + margin];
}
