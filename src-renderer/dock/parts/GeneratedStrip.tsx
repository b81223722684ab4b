/**
 * What became of the same random numbers through the run: a row for each of them, a column for a step. The column
 * of the step on show is marked; pressing another one takes the clock there.
 */
import { useCallback } from 'react';
import type { SampleAnswers, SampleFrame } from '#engine/protocol/run.ts';
import { ImageCanvas } from '#renderer/charts/ImageCanvas.tsx';
import { useLive } from '#renderer/charts/useLive.ts';
import { useRunView } from '#renderer/state/runView.ts';
import { formatCompact, formatInteger } from '#renderer/ui/format.ts';
import { useSize } from '#renderer/ui/useSize.ts';
import { useVersionOf } from '#renderer/ui/useVersionOf.ts';
import { labelledSteps, stripShape, stripSteps } from './generatedColumns.ts';
import './samples.css';

type Frame = Extract<SampleAnswers, { kind: 'generated' }>;

const madeIn = (frame: SampleFrame): readonly Frame[] =>
  [frame, ...(frame.others ?? [])].filter((each) => each.kind === 'generated').slice(0, 1);

/** Narrower than this a step is written short. */
const WHOLE_STEP_PX = 40;

export function GeneratedStrip({ frame }: { readonly frame: Frame }) {
  const live = useLive();
  const { timeline } = useRunView();
  useVersionOf(
    useCallback((changed: () => void) => live.subscribeKind('samples', changed), [live]),
  );
  const [ref, size] = useSize<HTMLDivElement>();
  const { cell, rows, columns } = stripShape(size);
  const all = new Map(
    live
      .through('samples')
      .flatMap(madeIn)
      .map((each) => [each.step, each]),
  );
  all.set(frame.step, frame);
  const sorted = [...all.keys()].toSorted((a, b) => a - b);
  // The clock stands on steps that were watched: a column that it cannot show would take it to another one.
  const known = sorted.filter((step, i) => {
    const at = live.steps.find((each) => each >= step);
    return step === frame.step || (at !== undefined && at < (sorted[i + 1] ?? Infinity));
  });
  const steps = size.width === 0 ? [] : stripSteps(known, frame.step, columns);

  const write = (step: number): string =>
    cell < WHOLE_STEP_PX && step > 9999 ? formatCompact(step) : formatInteger(step);
  const labelled = labelledSteps(steps, frame.step, cell, write);

  const goTo = (step: number): void => {
    const at = live.steps.find((each) => each >= step);
    timeline.goTo(at === undefined || at === live.steps.at(-1) ? 'live' : at);
  };
  return (
    <div
      ref={ref}
      className="generated-strip"
      role="group"
      aria-label="Generated samples through time"
      style={{ '--cell': `${cell}px` }}
    >
      {steps.map((step) => (
        <button
          key={step}
          type="button"
          className="generated-column"
          aria-current={step === frame.step ? 'step' : undefined}
          aria-label={`Step ${formatInteger(step)}`}
          title={`Show step ${formatInteger(step)}`}
          onClick={() => goTo(step)}
        >
          {all
            .get(step)
            ?.images.slice(0, rows)
            // Their order is all that they are known by.
            .map((image, i) => (
              <ImageCanvas key={i} image={image} label={`Generated sample ${i + 1}`} />
            ))}
          {labelled.has(step) && <span>{write(step)}</span>}
        </button>
      ))}
    </div>
  );
}
