/**
 * Of train.py, where a mean is not over all labels of a batch: what it is over instead, so that several batches of an
 * update, and the shares of several processes, make the mean of one large batch. Nothing of it where every label counts
 * alike.
 */
import type { Head } from '#engine/check/heads.ts';
import { ignoredLabelOf, isWeighted } from '#engine/compile/heads.ts';
import { own } from '#engine/ir/record.ts';
import { indented, text } from '../python/text.ts';
import type { Treatment } from './augment.ts';
import type { Code } from './code.ts';

/** Of a loss, or of how many classes are right: how much counts, as Python of the batch. */
interface Counted {
  readonly key: string;
  /** Null: as many as there are samples. */
  readonly over: string | null;
}

export interface Counts {
  /** What measures are over; of all losses, of their right answers where some labels count for nothing. */
  readonly counted: readonly Counted[];
  /** By loss, what its mean is over. */
  readonly ofLosses: ReadonlyMap<string, string>;
  readonly definitions: readonly string[];
  /** By objective, in the order of the parts: what the losses count for in its sum, by their names among the measures. */
  readonly weights: readonly (readonly (readonly [string, number])[])[];
}

/** Null where each label counts, or what counts is not known before the network answers. */
export function countsOf(code: Code, { mixed, weighed }: Treatment): Counts | null {
  // Shares of classes and samples that are weighed are means over samples.
  if (mixed || weighed) return null;
  const { heads } = code.wiring.analysis;
  const several = heads.length > 1;
  const over = new Map(
    heads.flatMap((head) => {
      const found = lossOver(code, head);
      return found ? [[head.loss, found] as const] : [];
    }),
  );
  if (over.size === 0) return null;
  const keyOf = ({ loss }: Head): string => (several ? loss : 'loss');
  const measures = heads.map((head): Counted => {
    return { key: keyOf(head), over: over.get(head.loss)?.call ?? null };
  });
  const rights = heads.flatMap((head): readonly Counted[] => {
    const counted = rightOver(code, head);
    return counted === null
      ? []
      : [{ key: several ? `${head.loss}.accuracy` : 'accuracy', over: counted }];
  });
  return {
    counted: [...measures, ...rights],
    ofLosses: new Map([...over].map(([loss, { call }]) => [loss, call])),
    definitions: [...new Set([...over.values()].map(({ definition }) => definition.trim()))],
    weights: code.parts.map(({ objective: { losses, objective } }) =>
      heads
        .filter(({ loss }) => losses.includes(loss))
        .map((head) => [keyOf(head), own(objective.lossWeights, head.loss) ?? 1] as const),
    ),
  };
}

function lossOver(code: Code, head: Head) {
  const { wiring } = code;
  const { definition, attrs } = wiring.node(head.loss);
  const over = definition?.torchCode?.over;
  const [labels, inputs] = [labelsOf(code, head), wiring.inputs(head.loss)];
  if (!over || labels === null || !isWeighted(wiring.analysis, head)) return null;
  const names = inputs.map((_ref, k) => (k === head.compares?.target ? labels : ''));
  return { call: over.call(names, attrs), definition: over.definition };
}

function rightOver(code: Code, head: Head): string | null {
  const ignored = ignoredLabelOf(code.wiring.analysis, head);
  const labels = labelsOf(code, head);
  return ignored === null || labels === null ? null : `(${labels} != ${ignored}).sum()`;
}

/** Null where they do not come from the data as they are. */
function labelsOf(code: Code, { loss, compares }: Head): string | null {
  const { wiring } = code;
  const target = compares && wiring.inputs(loss)[compares.target];
  const isField = target && wiring.node(target.node).definition?.role === 'data';
  return isField ? `batch[${text(code.variable(target))}]` : null;
}

/** Whether there is one loss, by the name of all together. */
export const isOfOne = (weights: Counts['weights']): boolean => weights[0]?.[0]?.[0] === 'loss';

/** Of the module: what counts, and what losses are made of by it. */
export function countsCode({ counted, definitions, weights }: Counts): readonly string[] {
  const sums = weights.map(
    (each) => `{${each.map(([key, weight]) => `${text(key)}: ${weight}`).join(', ')}}`,
  );
  return [
    ...definitions.flatMap((each) => [...each.split('\n'), '', '']),
    'def mean_over(total: Tensor, count: Tensor) -> Tensor:',
    ...indented(['"""0 where nothing counts."""', 'return total / count.clamp(min=LEAST_COUNT)']),
    '',
    '',
    'def counted(batch: Batch) -> dict[str, float]:',
    ...indented([
      '"""How much of a sample counts, on average, in each of the means."""',
      'samples = len(next(iter(batch.values())))',
      'counts = {',
      ...indented(
        counted.map(({ key, over }) =>
          over === null ? `${text(key)}: samples,` : `${text(key)}: ${over},`,
        ),
      ),
      '}',
      'return {name: float(count) / samples for name, count in counts.items()}',
    ]),
    '',
    '',
    ...(isOfOne(weights)
      ? [
          'def counted_loss(values: Metrics, share: dict[str, float]) -> Tensor:',
          ...indented([
            '"""By what a batch counts for in an update."""',
            'return values["loss"] * share["loss"]',
          ]),
          '',
          '',
        ]
      : [
          'def counted_loss(',
          ...indented(['values: Metrics, share: dict[str, float], losses: dict[str, float]']),
          ') -> Tensor:',
          ...indented([
            '"""The sum of losses, each by what its batch counts for in an update."""',
            'return sum(k * values[name] * share[name] for name, k in losses.items())',
          ]),
          '',
          '',
          '# What losses count for.',
          sums.length === 1 ? `LOSSES = ${sums[0] ?? ''}` : `LOSSES = (${sums.join(', ')})`,
          '',
          '',
        ]),
  ];
}
