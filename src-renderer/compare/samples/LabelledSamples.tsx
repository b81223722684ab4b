/** The same samples through networks that tell labels of which each may have several, beside those that it has. */
import type { RunRow } from '#engine/protocol/run.ts';
import { LabelChips } from '#renderer/charts/LabelChips.tsx';
import { namesOfLabels, toldLabels } from '#renderer/charts/sampleLabels.ts';
import { formatFixed } from '#renderer/ui/format.ts';
import { RunHeads } from '../RunHeads.tsx';
import type { Compared } from '../compared.ts';
import { SampleInput } from './SampleInput.tsx';
import type { SampleOf, SharedSample } from './sameInputs.ts';

export function LabelledSamples(props: {
  readonly compared: Compared;
  readonly runs: readonly RunRow[];
  readonly names: readonly string[];
  readonly samples: readonly SharedSample<SampleOf<'labels'>>[];
}) {
  const { compared, runs, names, samples } = props;
  return (
    <table className="compare-table few same-inputs same-labels" aria-label="Same inputs">
      <RunHeads {...compared} runs={runs} title="Sample, and what it has" />
      <tbody>
        {samples.map(({ row, answers, disagreement }) => {
          const [first] = answers;
          if (!first) return null;
          return (
            <tr key={row} title={`Sample ${row}: ${formatFixed(disagreement, 2)} apart`}>
              <th scope="row">
                <SampleInput sample={first}>{namesOfLabels(first.labels, names)}</SampleInput>
              </th>
              {answers.map((answer, i) => {
                const told = toldLabels(answer, names);
                const isWrong = told.some(({ verdict }) => verdict !== 'right');
                return (
                  <td key={runs[i]?.id} data-wrong={isWrong || undefined}>
                    <LabelChips labels={told} />
                  </td>
                );
              })}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
