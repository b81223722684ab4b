/**
 * An autoencoder's answers, a column per sample: what went in, what came out, what was wanted. As many to
 * a row as fit whole; the others stand below.
 */
import type { SampleAnswers, SampleImage } from '#engine/protocol/run.ts';
import { ImageCanvas } from '#renderer/charts/ImageCanvas.tsx';
import { inOrder, psnrDb, sameImage } from '#renderer/charts/sampleOrder.ts';
import { formatFixed } from '#renderer/ui/format.ts';
import { useWidth } from '#renderer/ui/useWidth.ts';
import './samples.css';

type Frame = Extract<SampleAnswers, { kind: 'reconstruction' }>;
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
  const [list, width] = useWidth<HTMLDivElement>();
  const rows = rowsOf(frame);
  const samples = inOrder(frame.samples, worstFirst);
  return (
    <div
      ref={list}
      className="reconstructions scroll"
      role="group"
      tabIndex={0}
      aria-label="Reconstructions"
    >
      {inRows(samples, columnsIn(width)).map((few) => (
        <Block key={few[0]?.row} frame={frame} rows={rows} samples={few} />
      ))}
    </div>
  );
}

/** Px: the names of the rows, a picture with its gap. As samples.css has them. */
const HEAD = 64;
const COLUMN = 48;

/** Whole pictures that fit beside the names of the rows. */
export function columnsIn(width: number): number {
  return Math.max(1, Math.floor((width - HEAD) / COLUMN));
}

export function inRows<T>(list: readonly T[], columns: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(list.length / columns) }, (_, row) =>
    list.slice(row * columns, (row + 1) * columns),
  );
}

function Block(props: {
  readonly frame: Frame;
  readonly rows: readonly Row[];
  readonly samples: readonly Sample[];
}) {
  const { frame, rows, samples } = props;
  return (
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
