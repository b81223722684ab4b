/** The learning rate over the run, as it will be fed: the engine's own function, drawn small. */
import type { Objective } from '#engine/ir/document.ts';
import { FIRST_STATE, scheduledRate, schedules } from '#engine/schedules/index.ts';
import { formatCompact, formatCount } from '../ui/format.ts';
import './ScheduleCurve.css';

const WIDTH = 240;
const HEIGHT = 48;
const PAD = 3;
/** Steps that an epoch is drawn as: the form of a curve depends on how many there are in no visible way. */
const STEPS_PER_EPOCH = 100;
const POINTS = 240;

export interface RateCurve {
  readonly rates: readonly number[];
  readonly highest: number;
}

export function rateCurve(
  schedule: Objective['schedule'],
  base: number,
  epochs: number,
): RateCurve | null {
  const definition = schedules.get(schedule.type);
  if (!definition) return null;
  const plan = { stepsPerEpoch: STEPS_PER_EPOCH, totalSteps: epochs * STEPS_PER_EPOCH };
  const { rate } = scheduledRate(definition, schedule, plan);
  const rates = Array.from({ length: POINTS + 1 }, (_, i) => {
    const step = Math.min(plan.totalSteps - 1, Math.round((i / POINTS) * plan.totalSteps));
    return rate(base, { step, ...plan }, FIRST_STATE);
  });
  return { rates, highest: Math.max(...rates) };
}

export function ScheduleCurve(props: {
  readonly schedule: Objective['schedule'];
  readonly base: number;
  readonly epochs: number;
}) {
  const { schedule, base, epochs } = props;
  const curve = rateCurve(schedule, base, epochs);
  if (!curve || !(curve.highest > 0)) return null;
  const { rates, highest } = curve;
  const x = (i: number): number => PAD + (i / POINTS) * (WIDTH - 2 * PAD);
  const y = (rate: number): number => HEIGHT - PAD - (rate / highest) * (HEIGHT - 2 * PAD);
  const path = rates.map((rate, i) => `${x(i).toFixed(1)},${y(rate).toFixed(1)}`).join(' ');
  return (
    <figure className="schedule-curve">
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`Learning rate over ${formatCount(epochs, 'epoch')}, at most ${formatCompact(highest)}`}
      >
        <polyline points={path} />
      </svg>
      <figcaption>
        <span>0</span>
        <span>{`at most ${Number(highest.toPrecision(3))}`}</span>
        <span>{formatCount(epochs, 'epoch')}</span>
      </figcaption>
    </figure>
  );
}
