/**
 * What is wrong with a run, in words, and what to do about it: the one source for the bar, the panel of
 * problems and the command line. What is the matter is found elsewhere (diagnose.ts, silence.ts).
 */
import { fixesAt } from '../check/layerFixes.ts';
import { chosenOptimizer } from '../compile/index.ts';
import type { NetworkDocument, Objective } from '../ir/document.ts';
import type { Fix, Problem } from '../ir/problem.ts';
import type { UnitSilence } from '../protocol/run.ts';
import type { Prepared } from './prepare.ts';
import { formatInteger } from '../ir/numberText.ts';

/** Norm that a gradient is clipped to where nothing is known of it: PyTorch's examples use it throughout. */
const USUAL_CLIP = 1;

const learningRateOf = (objective: Objective): number =>
  Number(chosenOptimizer(objective).attrs['lr'] ?? 0);

/** Of each objective, where they differ. */
function ratesOf({ training }: NetworkDocument): string {
  return [...new Set(training.objectives.map(learningRateOf))].join(' and ');
}

export interface NonFinite {
  /** What the loss is: NaN or an infinity. */
  readonly loss: number;
  /** Counted from 1. */
  readonly step: number;
  readonly node: string;
  readonly inWeights: boolean;
}

export function nonFiniteProblem({ document }: Prepared, found: NonFinite): Problem {
  const { node, step } = found;
  const what = Number.isNaN(found.loss) ? 'NaN' : 'an infinite number';
  const where = found.inWeights
    ? `The weights of ${node} are no numbers`
    : `${node} produced ${what}`;
  const clipped = document.training.gradientClip !== null;
  return {
    code: 'training.non-finite',
    severity: 'error',
    node,
    message: `${where} since step ${step}; learning rate ${ratesOf(document)}.`,
    explanation: `Try a tenth of the learning rate${clipped ? '' : ', or clip gradients'}.`,
    fixes: [...slower(document), ...(clipped ? [] : [clip()])],
  };
}

/**
 * From which share of silent units on it matters. Networks with ReLU that solve their task leave a fifth to a
 * half of a layer silent (52 % in the example "CNN with BatchNorm" at 94 %), and such units can be cut away
 * without loss (Hu et al. 2016, "Network Trimming", arXiv:1607.03250): no reason to alarm anybody. With three
 * in four silent a layer is a bottleneck that nobody drew, and with nine in ten next to nothing passes any
 * more, forward or backward (Lu et al. 2019, "Dying ReLU and Initialization", arXiv:1903.06733).
 */
const SILENCE_WARNS_FROM = 0.75;
const SILENCE_ALARMS_FROM = 0.9;

/** Null where it is nothing to worry about. */
export function silenceProblem(
  { document, analysis }: Prepared,
  node: string,
  { silent, units, samples }: UnitSilence,
): Problem | null {
  const share = silent / Math.max(1, units);
  if (share < SILENCE_WARNS_FROM) return null;
  return {
    code: 'training.silent-units',
    severity: share < SILENCE_ALARMS_FROM ? 'warning' : 'error',
    node,
    message: `${formatInteger(silent)} of ${formatInteger(units)} units answer zero to all ${formatInteger(samples)} training samples looked at.`,
    explanation:
      'No gradient passes a silent unit, so it stays as it is. A high learning rate is the usual cause; a layer that lets a little of the negative side through cannot fall silent.',
    fixes: [
      ...fixesAt(document, analysis, node, analysis.nodes.get(node)?.definition?.whenSilent),
      ...slower(document),
    ],
  };
}

/** None where nothing moves as it is. */
function slower(document: NetworkDocument): readonly Fix[] {
  const objectives = document.training.objectives.map((objective) => {
    const { optimizer } = objective;
    // Without the digits that a division brings: 0.05 / 10 is 0.005.
    const lr = Number((learningRateOf(objective) / 10).toPrecision(6));
    return { ...objective, optimizer: { ...optimizer, attrs: { ...optimizer.attrs, lr } } };
  });
  const rates = new Set(objectives.map(learningRateOf));
  if (rates.has(0)) return [];
  return [
    {
      label: `Set learning rate to ${[...rates].join(' and ')}`,
      edits: [{ kind: 'setTraining', training: { objectives } }],
    },
  ];
}

function clip(): Fix {
  return {
    label: `Clip gradients at norm ${USUAL_CLIP}`,
    edits: [{ kind: 'setTraining', training: { gradientClip: { kind: 'norm', max: USUAL_CLIP } } }],
  };
}
