/** A classifier's answers: image, predicted and true class, probabilities. */
import { memo } from 'react';
import type { SampleAnswers } from '#engine/protocol/run.ts';
import { ImageCanvas } from '#renderer/charts/ImageCanvas.tsx';
import {
  classShares,
  inOrder,
  predictedClass,
  type ClassificationSample,
} from '#renderer/charts/sampleOrder.ts';
import { formatNumber, formatPercent } from '#renderer/ui/format.ts';
import './samples.css';

type Frame = Extract<SampleAnswers, { kind: 'classification' }>;

/** More bars than this say nothing at the width of a card. */
const MOST_BARS = 12;

export function ClassificationSamples(props: {
  readonly frame: Frame;
  readonly worstFirst: boolean;
}) {
  const { frame, worstFirst } = props;
  return (
    <ul className="samples scroll" tabIndex={0} aria-label="Sample predictions">
      {inOrder(frame.samples, worstFirst).map((sample) => (
        <Sample key={sample.row} sample={sample} classNames={frame.classNames} />
      ))}
    </ul>
  );
}

const Sample = memo(function Sample(props: {
  readonly sample: ClassificationSample;
  readonly classNames: readonly string[];
}) {
  const { sample, classNames } = props;
  const shares = classShares(sample.probabilities);
  const predicted = predictedClass(shares);
  const wrong = predicted !== sample.label;
  const nameOf = (index: number): string => classNames[index] ?? String(index);
  return (
    <li
      className={wrong ? 'sample wrong' : 'sample'}
      title={`Row ${sample.row}, loss ${formatNumber(sample.loss, 3)}`}
    >
      {sample.image ? (
        <ImageCanvas image={sample.image} label={`Sample of ${nameOf(sample.label)}`} />
      ) : (
        <span className="sample-features mono">
          {Array.from(sample.features ?? [], (value) => formatNumber(value, 2))
            .slice(0, 3)
            .join(' ')}
        </span>
      )}
      <div className="sample-answer">
        <p>
          <b className={wrong ? 'danger' : undefined}>{nameOf(predicted)}</b>
          {wrong && <span className="ellipsis">is {nameOf(sample.label)}</span>}
          <em>{formatPercent(shares[predicted] ?? 0, 0)}</em>
        </p>
        <Bars probabilities={shares} label={sample.label} predicted={predicted} />
      </div>
    </li>
  );
});

/** Heights by square root, so that the doubts are seen; a foot marks the true class. */
function Bars(props: {
  readonly probabilities: Float32Array;
  readonly label: number;
  readonly predicted: number;
}) {
  const { probabilities, label, predicted } = props;
  if (probabilities.length > MOST_BARS) return null;
  const pitch = 60 / probabilities.length;
  return (
    <svg className="sample-bars" viewBox="0 0 60 23" preserveAspectRatio="none" aria-hidden="true">
      {Array.from(probabilities, (share, i) => {
        const height = Math.max(1, Math.sqrt(share) * 17);
        const tone = i === label ? 'right' : i === predicted ? 'wrong' : undefined;
        const x = i * pitch + pitch * 0.08;
        const width = pitch * 0.84;
        return (
          <g key={i} className={tone}>
            <rect x={x} y={18 - height} width={width} height={height} />
            {i === label && <rect x={x} y={20} width={width} height={2} />}
          </g>
        );
      })}
    </svg>
  );
}
