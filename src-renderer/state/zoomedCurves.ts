/**
 * A closer look at the curves of one run: where a part of a decimated curve is drawn, the record is asked for
 * that part at the width it is drawn at. Until it answers the coarse curve stands; an answer to what nobody
 * looks at any more is dropped. One question at a time, for all metrics that look at the same part.
 */
import { own } from '#engine/ir/record.ts';
import {
  forEachValue,
  METRIC_SPLITS,
  type MetricColumns,
  type RunCurves,
} from '#engine/protocol/metricColumns.ts';
import type { CurveRange } from '#engine/protocol/run.ts';
import { lowerBound, type ReadableSeries, type RunSeries, type SeriesView } from './series.ts';

export type AskCurves = (range: CurveRange) => Promise<readonly RunCurves[]>;
/** First and last step, both of them in it. */
export type StepRange = readonly [from: number, to: number];

/** Asked for in whole hundreds, so that a panel that is being resized does not ask at every pixel. */
const WIDTH_STEP = 100;
const MOST_WIDTH = 10_000;
/** A record that cannot be read is not asked at every drawing. */
const RETRY_MS = 1_000;

interface Look {
  readonly from: number;
  readonly to: number;
  readonly width: number;
}
interface Found extends Look {
  readonly curves: RunCurves;
}
interface Spliced {
  readonly found: Found;
  readonly coarse: RunSeries;
  readonly versions: string;
  readonly series: ReadableSeries;
}

export class ZoomedCurves {
  readonly #ask: AskCurves;
  readonly #changed: () => void;
  readonly #found = new Map<string, Found>();
  readonly #spliced = new Map<string, Spliced>();
  /** What was looked at last, by metric; what waits for an answer is in both. */
  readonly #wanted = new Map<string, Look>();
  readonly #waiting = new Map<string, Look>();
  #isAsking = false;
  #failedAt = -Infinity;
  #beginnings = 0;

  /** `changed`: told when something finer came. */
  constructor(ask: AskCurves, changed: () => void) {
    this.#ask = ask;
    this.#changed = changed;
  }

  /** A metric is drawn between these steps: asks for what is finer, where there is something. */
  look(metric: string, coarse: RunSeries, [from, to]: StepRange, pixels: number): void {
    const width = Math.min(MOST_WIDTH, Math.ceil(Math.max(1, pixels) / WIDTH_STEP) * WIDTH_STEP);
    const look = { from, to, width };
    const before = this.#wanted.get(metric);
    this.#wanted.set(metric, look);
    // Already asked.
    if (before && isOf(before, [from, to]) && before.width >= width && this.#waiting.has(metric)) {
      return;
    }
    const found = this.#found.get(metric);
    const isFine = found !== undefined && isOf(found, [from, to]) && found.width >= width;
    if (!isCoarse(coarse, look, isFine ? found.curves : null)) {
      this.#waiting.delete(metric);
      return;
    }
    if (performance.now() - this.#failedAt < RETRY_MS) return;
    this.#waiting.set(metric, look);
    if (!this.#isAsking) void this.#answerAll();
  }

  /** The curves of a metric, in this part as fine as they came by now. */
  seriesOf(metric: string, coarse: RunSeries, range: StepRange): ReadableSeries {
    const found = this.#found.get(metric);
    if (!found || !isOf(found, range)) return coarse;
    const { train, validation, test } = coarse;
    const versions = [train.version, validation.version, test.version].join();
    const known = this.#spliced.get(metric);
    if (known?.found === found && known.coarse === coarse && known.versions === versions) {
      return known.series;
    }
    const series = {
      train: spliced(metric, train, found.curves.train),
      validation: spliced(metric, validation, found.curves.validation),
      test: spliced(metric, test, found.curves.test),
    };
    this.#spliced.set(metric, { found, coarse, versions, series });
    return series;
  }

  /** The run begins anew: nothing of it holds. */
  clear(): void {
    this.#beginnings += 1;
    for (const map of [this.#found, this.#spliced, this.#wanted, this.#waiting]) map.clear();
  }

  async #answerAll(): Promise<void> {
    this.#isAsking = true;
    // Charts that are drawn together ask together.
    await Promise.resolve();
    while (this.#waiting.size > 0) {
      const [[, look] = []] = this.#waiting;
      if (!look) break;
      const metrics = [...this.#waiting].flatMap(([metric, each]) =>
        isOf(each, [look.from, look.to]) ? [metric] : [],
      );
      const width = Math.max(...metrics.map((metric) => this.#waiting.get(metric)?.width ?? 0));
      const asked = { from: look.from, to: look.to, width };
      const beginnings = this.#beginnings;
      try {
        const answers = await this.#ask({ metrics, ...asked });
        if (beginnings === this.#beginnings) this.#take(metrics, asked, answers);
      } catch {
        // Asked again with a later drawing.
        this.#failedAt = performance.now();
        if (beginnings === this.#beginnings) this.#waiting.clear();
      }
    }
    this.#isAsking = false;
  }

  #take(metrics: readonly string[], asked: Look, answers: readonly RunCurves[]): void {
    let isNews = false;
    metrics.forEach((metric, i) => {
      const waiting = this.#waiting.get(metric);
      // Meanwhile it may be wanted of another part, or wider: that is asked next.
      if (waiting && isOf(waiting, [asked.from, asked.to]) && waiting.width <= asked.width) {
        this.#waiting.delete(metric);
      }
      const wanted = this.#wanted.get(metric);
      if (!wanted || !isOf(wanted, [asked.from, asked.to])) return;
      this.#found.set(metric, { ...asked, curves: answers[i] ?? {} });
      isNews = true;
    });
    if (isNews) this.#changed();
  }
}

function isOf(look: Look, [from, to]: StepRange): boolean {
  return look.from === from && look.to === to;
}

/** Whether rows stand for several points, in a part or next to it, where nothing finer is known. */
function isCoarse(coarse: RunSeries, { from, to }: Look, fine: RunCurves | null): boolean {
  return METRIC_SPLITS.some((split) => {
    if (fine) {
      // A split that was not answered has none of this metric; points that came since are whole.
      const until = fine[split]?.step.at(-1) ?? Infinity;
      return until < to && coarse[split].standsForSeveral(until + 1, to);
    }
    const steps = coarse[split].column('step');
    const before = steps[lowerBound(steps, from) - 1] ?? from;
    return coarse[split].standsForSeveral(before, steps[lowerBound(steps, to)] ?? to);
  });
}

/** The coarse curve, with the rows of a part replaced by finer ones. */
function spliced(name: string, coarse: SeriesView, fine: MetricColumns | undefined): SeriesView {
  if (!fine || fine.step.length === 0) return coarse;
  const steps = coarse.column('step');
  const before = lowerBound(steps, fine.step[0] ?? 0);
  const after = lowerBound(steps, (fine.step.at(-1) ?? 0) + 1);
  const length = before + fine.step.length + coarse.length - after;
  const join = (outside: Float64Array, inside: Float64Array): Float64Array => {
    const whole = new Float64Array(length);
    whole.set(outside.subarray(0, before));
    whole.set(inside, before);
    whole.set(outside.subarray(after), before + inside.length);
    return whole;
  };
  const values = new Float64Array(fine.step.length).fill(NaN);
  const means = values.slice();
  const column = own(fine.values, name);
  if (column) {
    forEachValue(column, (row, value, i) => {
      values[row] = value;
      means[row] = column.means?.[i] ?? value;
    });
  }
  const columns = new Map([
    ['step', join(steps, fine.step)],
    ['epoch', join(coarse.column('epoch'), fine.epoch)],
    ['timeMs', join(coarse.column('timeMs'), fine.timeMs)],
    [name, join(coarse.column(name), values)],
  ]);
  const smooth = join(coarse.meanColumn(name), means);
  const columnOf = (wanted: string): Float64Array =>
    columns.get(wanted) ?? new Float64Array(length).fill(NaN);
  return {
    length,
    version: 0,
    names: [name],
    column: columnOf,
    meanColumn: (wanted) => (wanted === name ? smooth : columnOf(wanted)),
    last: (wanted) => columnOf(wanted).at(-1),
  };
}
