/** Answers about labels of which a sample may have several: those that it has or is told to have. */
import { memo } from 'react';
import type { SampleAnswers } from '#engine/protocol/run.ts';
import { ImageCanvas } from '#renderer/charts/ImageCanvas.tsx';
import { LabelChips } from '#renderer/charts/LabelChips.tsx';
import { namesOfLabels, toldLabels, VERDICTS } from '#renderer/charts/sampleLabels.ts';
import { inOrder } from '#renderer/charts/sampleOrder.ts';
import { formatNumber } from '#renderer/ui/format.ts';
import './samples.css';

type Frame = Extract<SampleAnswers, { kind: 'labels' }>;
type Sample = Frame['samples'][number];

export function LabelSamples(props: { readonly frame: Frame; readonly worstFirst: boolean }) {
  const { frame, worstFirst } = props;
  const { right, missed, false: wrong } = VERDICTS;
  return (
    <div className="label-samples scroll" tabIndex={0} role="group" aria-label="Labels of samples">
      <p className="label-legend" aria-hidden="true">
        {[right, missed, wrong].map(({ mark, means }) => (
          <span key={mark}>
            <b>{mark}</b> {means}
          </span>
        ))}
      </p>
      <ul className="label-sample-list">
        {inOrder(frame.samples, worstFirst).map((sample) => (
          <Row key={sample.row} sample={sample} names={frame.names} />
        ))}
      </ul>
    </div>
  );
}

const Row = memo(function Row(props: {
  readonly sample: Sample;
  readonly names: readonly string[];
}) {
  const { sample, names } = props;
  const told = toldLabels(sample, names);
  const isWrong = told.some(({ verdict }) => verdict !== 'right');
  const has = namesOfLabels(sample.labels, names);
  return (
    <li
      className={isWrong ? 'sample wrong' : 'sample'}
      title={`Row ${sample.row}, loss ${formatNumber(sample.loss, 3)}; has ${has}`}
    >
      {sample.image ? (
        <ImageCanvas image={sample.image} label={`Sample with ${has}`} />
      ) : (
        <span className="sample-features mono">
          {Array.from(sample.features ?? [], (value) => formatNumber(value, 2))
            .slice(0, 3)
            .join(' ')}
        </span>
      )}
      <LabelChips labels={told} />
    </li>
  );
});
