/** What an export's proof says, as the dialog words it. Pure. */
import type { ExportPort, ExportReport, Verification } from '#engine/protocol/index.ts';
import { lossWords, reducedLosses } from '#engine/runs/exportWords.ts';
import { formatCount, formatExponent, formatInteger, formatPercent } from '../ui/format.ts';

export interface Check {
  readonly label: string;
  readonly value: string;
  readonly isGood: boolean;
}

export function provenSentence({ runtime, samples, from, note }: Verification): string {
  const counted = formatCount(samples, `${from} sample`);
  const why = from === 'random' && note ? ` The data cannot be read: ${note}` : '';
  return `The file was run with ${runtime} on ${counted} and compared with Netloom.${why}`;
}

export function verdictOf({ precision, isSame, firstDifferent }: Verification): string {
  const isFull = precision === 'float32';
  if (isSame) return isFull ? 'same answers' : `as good with ${precision}`;
  const verdict = isFull ? 'other answers' : `worse with ${precision}`;
  return firstDifferent === null ? verdict : `${verdict}, first at ${firstDifferent}`;
}

export function checksOf(proof: Verification): readonly Check[] {
  const { precision, classes, batches, samples } = proof;
  return [
    ...classes.map(({ output, same, accuracy }): Check => {
      const right = accuracy
        ? `, ${formatPercent(accuracy.here)} right here, ${formatPercent(accuracy.there)} there`
        : '';
      return {
        label: classes.length > 1 ? `Same class, ${output}` : 'Same class',
        value: `${formatInteger(same)} of ${formatInteger(samples)}${right}`,
        // With less precision a few are always others; what counts follows below.
        isGood: same === samples || precision !== 'float32',
      };
    }),
    {
      label: `Batch sizes ${batches.map(formatInteger).join(', ')}`,
      value: 'same shapes',
      isGood: true,
    },
    ...reducedLosses(proof).map((loss) => ({
      label: loss.output,
      value: lossWords(loss),
      isGood: loss.loss <= loss.limit,
    })),
  ];
}

export const portText = ({ shape }: ExportPort): string =>
  shape.map((dim) => (dim === null ? 'N' : String(dim))).join('×');

/** `12 of 7 kinds` */
export function operatorsText({ operators }: ExportReport): string {
  const count = operators.reduce((sum, each) => sum + each.count, 0);
  return `${formatInteger(count)} of ${formatCount(operators.length, 'kind')}`;
}

export interface Bar {
  /** `1e−7`: the upper end of what it counts; none of the last, which has no end. */
  readonly end: string | null;
  readonly count: number;
  /** Of the fullest. */
  readonly height: number;
}

/** Upper ends of the counts of a verification, beginning with 1e-9. */
const FIRST_POWER = -9;

/** All outputs together, without the empty ends; by the power of ten that a difference lies below. */
export function differenceBars({ outputs }: Verification): readonly Bar[] {
  const counts = outputs.reduce<number[]>(
    (sum, { decades }) => decades.map((count, i) => count + (sum[i] ?? 0)),
    [],
  );
  const first = Math.max(0, counts.findIndex((count) => count > 0) - 1);
  const last = counts.findLastIndex((count) => count > 0) + 1;
  const most = Math.max(1, ...counts);
  return counts.slice(first, last + 1).map((count, i) => {
    const place = first + i;
    return {
      end: place === counts.length - 1 ? null : formatExponent(10 ** (FIRST_POWER + place), 1),
      count,
      height: count / most,
    };
  });
}
