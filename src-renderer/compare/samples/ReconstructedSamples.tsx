/** The same samples through autoencoders: what was wanted, what went in, and what each run makes of it. */
import type { RunRow, SampleImage } from '#engine/protocol/run.ts';
import { meanOf } from '#engine/runs/index.ts';
import { ImageCanvas } from '#renderer/charts/ImageCanvas.tsx';
import { sameImage } from '#renderer/charts/sampleOrder.ts';
import { formatFixed } from '#renderer/ui/format.ts';
import { RunDot } from '../RunDot.tsx';
import { runLabels } from '../runLabels.ts';
import { errorImage, type SampleOf, type SharedSample } from './sameInputs.ts';

type Shared = SharedSample<SampleOf<'reconstruction'>>;

interface Row {
  readonly key: string;
  readonly title: string;
  readonly run?: RunRow;
  readonly image: (sample: Shared) => SampleImage | undefined;
  /** Decibels, over these samples. */
  readonly psnr?: number;
}

export function ReconstructedSamples(props: {
  readonly runs: readonly RunRow[];
  readonly samples: readonly Shared[];
  readonly show: 'output' | 'error';
}) {
  const { runs, samples, show } = props;
  return (
    <table className="same-reconstructions" aria-label="Same inputs">
      <tbody>
        {rowsOf(runs, samples, show).map(({ key, title, run, image, psnr }) => (
          <tr key={key}>
            <th scope="row">
              <span className="same-input">
                {run && <RunDot run={run} />}
                <span className="ellipsis" title={run?.name}>
                  {title}
                </span>
                {psnr !== undefined && <small>{formatFixed(psnr, 1)} dB</small>}
              </span>
            </th>
            {samples.map((sample) => {
              const picture = image(sample);
              return (
                <td key={sample.row}>
                  {picture && (
                    <ImageCanvas image={picture} label={`${title}, sample ${sample.row}`} />
                  )}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function rowsOf(
  runs: readonly RunRow[],
  samples: readonly Shared[],
  show: 'output' | 'error',
): readonly Row[] {
  const firsts = samples.flatMap(({ answers }) => answers[0] ?? []);
  const corrupted = firsts.some((each) => each.corrupted !== undefined);
  const ownTarget = firsts.some((each) => !sameImage(each.target, each.input));
  const labels = runLabels(runs.map(({ name }) => name));
  return [
    { key: 'target', title: 'Wanted', image: ({ answers }) => answers[0]?.target },
    ...(ownTarget && !corrupted
      ? [{ key: 'input', title: 'Input', image: ({ answers }: Shared) => answers[0]?.input }]
      : []),
    ...(corrupted
      ? [
          {
            key: 'spoilt',
            title: 'Corrupted',
            image: ({ answers }: Shared) => answers[0]?.corrupted,
          },
        ]
      : []),
    ...runs.map((run, i) => ({
      key: run.id,
      title: labels[i] ?? run.name,
      run,
      image: ({ answers }: Shared) => {
        const answer = answers[i];
        if (!answer) return undefined;
        return show === 'output'
          ? answer.reconstruction
          : errorImage(answer.reconstruction, answer.target);
      },
      psnr: meanOf(samples.map(({ answers }) => answers[i]?.psnrDb ?? Number.NaN)),
    })),
  ];
}
