/** What an export's proof says, as the dialog words it. Pure. */
import type { ExportPort, ExportReport, Verification } from '#engine/protocol/index.ts';
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

export function verdictOf({ isSame, firstDifferent }: Verification): string {
  if (isSame) return 'same answers';
  return firstDifferent === null ? 'other answers' : `other answers, first at ${firstDifferent}`;
}

export function checksOf({ classes, batches, samples }: Verification): readonly Check[] {
  return [
    ...classes.map(({ output, same, accuracy }): Check => {
      const right = accuracy
        ? `, ${formatPercent(accuracy.here)} right here, ${formatPercent(accuracy.there)} there`
        : '';
      return {
        label: classes.length > 1 ? `Same class, ${output}` : 'Same class',
        value: `${formatInteger(same)} of ${formatInteger(samples)}${right}`,
        isGood: same === samples,
      };
    }),
    {
      label: `Batch sizes ${batches.map(formatInteger).join(', ')}`,
      value: 'same shapes',
      isGood: true,
    },
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
