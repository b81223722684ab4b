/**
 * What happened to a run on its way, found in what the engine tells: a pause, a jump of the rate, a problem
 * when it first shows. A run that trains has one; it knows what was there before. Writes nothing itself.
 */
import { metricName } from '#engine/metrics/names.ts';
import {
  isActive,
  type MetricPoint,
  type RunEvent,
  type RunProgress,
  type TelemetryFrame,
} from '#engine/protocol/index.ts';

/** A rate that changes by less from one point to the next glides, as a cosine does. */
const RATE_JUMP = 1.5;
/** A rate that never rests has no jumps to be told. */
const MOST_RATE_EVENTS = 100;

type Place = Pick<RunEvent, 'step' | 'timeMs'>;

const placeOf = ({ step, elapsedMs }: RunProgress): Place => ({ step, timeMs: elapsedMs });

export function changeOfState(before: RunProgress, now: RunProgress): readonly RunEvent[] {
  if (before.state === now.state) return [];
  const place = placeOf(now);
  if (now.state === 'paused') {
    return [{ ...place, kind: 'paused', level: 'info', message: 'Paused' }];
  }
  if (now.state === 'running' && before.state === 'paused') {
    return [{ ...place, kind: 'resumed', level: 'info', message: 'Resumed' }];
  }
  if (isActive(now.state)) return [];
  const level = now.state === 'failed' ? 'error' : now.state === 'interrupted' ? 'warning' : 'info';
  const message = now.problem?.message ?? now.reason ?? `Training ${now.state}.`;
  return [{ ...place, kind: 'ended', level, message }];
}

/** From a checkpoint, after it had ended or its device was lost. */
export function wentOn(before: RunProgress, step: number): RunEvent {
  const place = { step, timeMs: before.elapsedMs };
  return before.step > step
    ? {
        ...place,
        kind: 'rolledBack',
        level: 'info',
        message: `Went back from step ${before.step} to the checkpoint of step ${step}`,
      }
    : { ...place, kind: 'resumed', level: 'info', message: `Went on from step ${step}` };
}

export function movedTo(progress: RunProgress, device: string): RunEvent {
  const message = `Goes on with ${device}: the device before was lost`;
  return { ...placeOf(progress), kind: 'device', level: 'warning', message };
}

export function saved(progress: RunProgress, which: 'last' | 'best', step: number): RunEvent {
  const message = which === 'best' ? 'Best weights saved' : 'Checkpoint saved';
  const timeMs = progress.elapsedMs;
  return { step, timeMs, kind: 'checkpoint', level: 'info', message, subject: which };
}

export const remarked = (
  progress: RunProgress,
  level: RunEvent['level'],
  message: string,
): RunEvent => ({ ...placeOf(progress), kind: 'problem', level, message });

export class RunJournal {
  readonly #rates = new Map<string, number>();
  readonly #problems = new Set<string>();
  #rateEvents = 0;

  metrics(points: readonly MetricPoint[]): readonly RunEvent[] {
    return points.filter(({ split }) => split === 'train').flatMap((point) => this.#jumps(point));
  }

  frame({ step, timeMs, problems = [] }: TelemetryFrame): readonly RunEvent[] {
    return problems.flatMap(({ code, node, message, severity }): RunEvent[] => {
      const subject = node === undefined ? code : `${code} ${node}`;
      if (this.#problems.has(subject)) return [];
      this.#problems.add(subject);
      return [{ step, timeMs, kind: 'problem', level: severity, message, subject }];
    });
  }

  /** It is back at an earlier step: what it was then will show again. */
  rewound(): void {
    this.#rates.clear();
    this.#problems.clear();
  }

  #jumps({ step, timeMs, values }: MetricPoint): readonly RunEvent[] {
    return Object.entries(values).flatMap(([name, rate]): RunEvent[] => {
      const { id, label } = metricName(name);
      if (id !== 'learningRate') return [];
      const before = this.#rates.get(name);
      this.#rates.set(name, rate);
      if (before === undefined || before === 0 || rate === 0) return [];
      const ratio = rate / before;
      if (ratio <= RATE_JUMP && ratio >= 1 / RATE_JUMP) return [];
      if (++this.#rateEvents > MOST_RATE_EVENTS) return [];
      const message = `${label} ${shortly(before)} to ${shortly(rate)}`;
      return [{ step, timeMs, kind: 'learningRate', level: 'info', message, subject: name }];
    });
  }
}

const shortly = (value: number): string => String(Number(value.toPrecision(3)));
