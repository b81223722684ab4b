/** A text as a network reads it: what comes next, token by token, above what was expected instead where that is another. */
import { memo } from 'react';
import type { SampleAnswers } from '#engine/protocol/run.ts';
import { inOrder } from '#renderer/charts/sampleOrder.ts';
import { tokenText } from '#renderer/data/texts/tokenText.ts';
import { formatNumber, formatPercent } from '#renderer/ui/format.ts';
import './tokens.css';

type Frame = Extract<SampleAnswers, { kind: 'tokens' }>;
type Sample = Frame['samples'][number];

export function TokenSamples(props: { readonly frame: Frame; readonly worstFirst: boolean }) {
  const { frame, worstFirst } = props;
  return (
    <div className="token-samples scroll" tabIndex={0} role="group" aria-label="Predicted tokens">
      <p className="token-legend">
        <span className="token-place">
          <b>right</b>
          <i>·</i>
        </span>
        <span className="token-place wrong">
          <b>the text</b>
          <i>predicted instead</i>
        </span>
      </p>
      <ul>
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
  const { given, labels, predicted, sure, loss, row } = sample;
  const nameOf = (index: number): string => tokenText(names[index] ?? String(index));
  const counted = predicted.filter((each) => each >= 0).length;
  const right = labels.filter((label, i) => label === predicted[i]).length;
  // Of a prediction for each token the first is all that is only given.
  const before = labels.length === given.length ? given.subarray(0, 1) : given;
  return (
    <li title={`Row ${row}, loss ${formatNumber(loss, 3)}`}>
      <p className="token-line">
        {Array.from(before, (index, i) => (
          <span key={`given ${i}`} className="token-place given">
            <b>{nameOf(index)}</b>
          </span>
        ))}
        {Array.from(labels, (label, i) => {
          const guess = predicted[i] ?? -1;
          const isWrong = guess >= 0 && guess !== label;
          const state = guess < 0 ? 'token-place given' : 'token-place';
          return (
            <span
              key={i}
              className={isWrong ? 'token-place wrong' : state}
              title={
                guess < 0
                  ? undefined
                  : `${nameOf(guess)}, ${formatPercent(sure[i] ?? 0, 0)}${isWrong ? `; the text has ${nameOf(label)}` : ''}`
              }
            >
              <b>{nameOf(label)}</b>
              {guess >= 0 && <i>{isWrong ? nameOf(guess) : '·'}</i>}
            </span>
          );
        })}
      </p>
      <em className="num">{formatPercent(right / Math.max(1, counted), 0)}</em>
    </li>
  );
});
