/** An autoencoder's answers, a column per sample: what went in, what came out, what was wanted. */
import type { SampleFrame, SampleImage } from '#engine/protocol/run.ts';
import { ImageCanvas } from '#renderer/charts/ImageCanvas.tsx';
import { inOrder, psnrDb, sameImage } from '#renderer/charts/sampleOrder.ts';
import { formatFixed } from '#renderer/ui/format.ts';

type Frame = Extract<SampleFrame, { kind: 'reconstruction' }>;
type Sample = Frame['samples'][number];

interface Row {
  readonly title: string;
  readonly image: (sample: Sample) => SampleImage | undefined;
}

/** Rows that say something: no corrupted row where nothing is corrupted, no target that is the input. */
function rowsOf(frame: Frame): readonly Row[] {
  const corrupted = frame.samples.some((sample) => sample.corrupted !== undefined);
  const ownTarget = frame.samples.some((sample) => !sameImage(sample.target, sample.input));
  return [
    { title: 'Input', image: (sample) => sample.input },
    ...(corrupted ? [{ title: 'Corrupted', image: (sample: Sample) => sample.corrupted }] : []),
    { title: 'Output', image: (sample) => sample.reconstruction },
    ...(ownTarget ? [{ title: 'Target', image: (sample: Sample) => sample.target }] : []),
  ];
}

export function ReconstructionSamples(props: {
  readonly frame: Frame;
  readonly worstFirst: boolean;
}) {
  const { frame, worstFirst } = props;
  const rows = rowsOf(frame);
  const samples = inOrder(frame.samples, worstFirst);
  return (
    <div className="reconstructions scroll">
      <table aria-label="Reconstructions">
        <tbody>
          {rows.map(({ title, image }) => (
            <tr key={title}>
              <th scope="row">{title}</th>
              {samples.map((sample) => {
                const picture = image(sample);
                return (
                  <td key={sample.row}>
                    {picture && (
                      <ImageCanvas image={picture} label={`${title} of sample ${sample.row}`} />
                    )}
                  </td>
                );
              })}
            </tr>
          ))}
          <tr className="figures">
            <th scope="row" title="Peak signal-to-noise ratio of the output; higher is better">
              PSNR, dB
            </th>
            {samples.map((sample) => (
              <td key={sample.row}>{formatFixed(sample.psnrDb, 1)}</td>
            ))}
          </tr>
          {frame.samples.some((sample) => sample.corrupted) && (
            <tr className="figures">
              <th scope="row" title="How much better the output is than what went in">
                Gain, dB
              </th>
              {samples.map((sample) => (
                <td key={sample.row}>
                  <Gain sample={sample} />
                </td>
              ))}
            </tr>
          )}
        </tbody>
      </table>
    </div>
  );
}

function Gain({ sample }: { readonly sample: Sample }) {
  if (!sample.corrupted) return null;
  const gain = sample.psnrDb - psnrDb(sample.corrupted, sample.target);
  if (!Number.isFinite(gain)) return null;
  return (
    <span className={gain >= 0 ? 'ok' : 'danger'}>
      {gain >= 0 ? '+' : ''}
      {formatFixed(gain, 1)}
    </span>
  );
}
