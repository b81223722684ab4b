/** The same samples through classifiers: what each run takes them for and how sure it is, beside the truth. */
import type { RunRow } from '#engine/protocol/run.ts';
import { classShares, predictedClass } from '#renderer/charts/sampleOrder.ts';
import { formatFixed, formatPercent } from '#renderer/ui/format.ts';
import { RunHeads } from '../RunHeads.tsx';
import type { Compared } from '../compared.ts';
import { SampleInput } from './SampleInput.tsx';
import type { SampleOf, SharedSample } from './sameInputs.ts';

export function ClassifiedSamples(props: {
  readonly compared: Compared;
  readonly runs: readonly RunRow[];
  readonly classNames: readonly string[];
  readonly samples: readonly SharedSample<SampleOf<'classification'>>[];
}) {
  const { compared, runs, classNames, samples } = props;
  const nameOf = (label: number): string => classNames[label] ?? String(label);
  return (
    <table className="compare-table same-inputs" aria-label="Same inputs">
      <RunHeads {...compared} runs={runs} title="Sample, and what it is" />
      <tbody>
        {samples.map(({ row, answers, disagreement }) => {
          const [first] = answers;
          if (!first) return null;
          return (
            <tr key={row} title={`Sample ${row}: ${formatFixed(disagreement, 2)} apart`}>
              <th scope="row">
                <SampleInput sample={first}>{nameOf(first.label)}</SampleInput>
              </th>
              {answers.map((answer, i) => (
                <Answer key={runs[i]?.id} answer={answer} nameOf={nameOf} />
              ))}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function Answer(props: {
  readonly answer: SampleOf<'classification'>;
  readonly nameOf: (label: number) => string;
}) {
  const shares = classShares(props.answer.probabilities);
  const predicted = predictedClass(shares);
  const isRight = predicted === props.answer.label;
  return (
    <td className="num cut" data-wrong={!isRight || undefined}>
      <span className={isRight ? undefined : 'worse'}>
        {isRight ? '' : '✗ '}
        {props.nameOf(predicted)}
      </span>{' '}
      {formatPercent(shares[predicted] ?? 0, 0)}
    </td>
  );
}
