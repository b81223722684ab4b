/** Round numbers between two ends, for an axis of a few labels. Pure. */
const STEPS = [1, 2, 2.5, 5, 10] as const;
/** So that years stay whole. */
const WHOLE_STEPS = [1, 2, 5, 10] as const;
const MOST = 5;

export function ticksOf(
  low: number,
  high: number,
  { most = MOST, isWhole = false }: { readonly most?: number; readonly isWhole?: boolean } = {},
): readonly number[] {
  const range = high - low;
  if (!(range > 0) || !Number.isFinite(range)) return [low];
  const unit = 10 ** Math.floor(Math.log10(range / most));
  const steps: readonly number[] = isWhole ? WHOLE_STEPS : STEPS;
  const step = steps.map((each) => each * unit).find((each) => range / each <= most) ?? unit * 10;
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) =>
    Number(((first + i) * step).toPrecision(12)),
  );
}
