/**
 * Counts, by the rate of a Poisson distribution, or its logarithm; anything of equal size to a scalar mean.
 * Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.PoissonNLLLoss.html
 */
import type { Value } from '../ops/builder.ts';
import { add, mul, shift, sub } from '../ops/nn.ts';
import { defineLayer, type Lowering } from './define.ts';
import {
  asNumbers,
  LOSS_PORTS,
  LOSS_TYPE,
  meanLoss,
  needNumbersAlike,
  targetLike,
} from './shared/losses.ts';
import { pythonCall, pythonKeyword } from './shared/shapes.ts';

/** Stirling's approximation of log t!, of counts above 1; no part of any gradient of a prediction. */
function logFactorial(g: Lowering, t: Value): Value {
  const isAbove = g.emit('greaterThan', [t], { threshold: 1 });
  const at = (value: number): Value => g.emit('full', [], { shape: [], value });
  const safe = g.emit('select', [isAbove, t, at(1)], {});
  const log = g.emit('log', [safe], {});
  const ofRoot = g.emit('affine', [log], { scale: 0.5, shift: 0.5 * Math.log(2 * Math.PI) });
  return mul(g, isAbove, add(g, sub(g, mul(g, safe, log), safe), ofRoot));
}

interface Attrs {
  readonly logInput: boolean;
  readonly eps: number;
  readonly full: boolean;
}
const keywords = ({ logInput, eps, full }: Attrs): readonly (string | undefined)[] => [
  logInput ? undefined : 'log_input=False',
  full ? 'full=True' : undefined,
  pythonKeyword('eps', eps, 1e-8),
];

export default defineLayer({
  type: 'PoissonNLLLoss',
  label: 'Poisson',
  category: 'Loss',
  role: 'loss',
  doc: 'For counts: how likely they are where the prediction is the logarithm of the rate they come at, which may be any number; or the rate itself, which must be positive, as after Softplus.',
  formula: 'L = \\frac{1}{n} \\sum_i e^{x_i} - t_i x_i',
  keywords: ['counts', 'rate', 'likelihood', 'regression', 'events', 'nll'],
  idPrefix: 'loss',
  attrs: {
    logInput: {
      kind: 'bool',
      default: true,
      label: 'Logarithm given',
      help: 'The prediction is the logarithm of the rate, else the rate itself.',
    },
    eps: {
      kind: 'number',
      default: 1e-8,
      above: 0,
      max: 1,
      logarithmic: true,
      advanced: true,
      label: 'Epsilon',
      help: 'Added to a rate whose logarithm is taken, which is none of zero; counts only where the rate itself is given.',
    },
    full: {
      kind: 'bool',
      default: false,
      advanced: true,
      help: "Counts what follows from the target alone as well, by Stirling's approximation: no gradient changes.",
    },
  },
  ...LOSS_PORTS,
  portRanges: ({ logInput }) => ({
    target: [0, Infinity],
    ...(!logInput && { prediction: [0, Infinity] }),
  }),
  summary: ({ logInput, full }) => `${logInput ? 'log rate' : 'rate'}${full ? ', full' : ''}`,
  infer([prediction, target]) {
    needNumbersAlike('PoissonNLLLoss', prediction, target);
    return [LOSS_TYPE];
  },
  inferPartial: () => [LOSS_TYPE],
  lower(g, [prediction, target], { logInput, eps, full }) {
    const counts = asNumbers(g, target, prediction);
    const [rate, log] = logInput
      ? [g.emit('exp', [prediction], {}), prediction]
      : [prediction, g.emit('log', [shift(g, prediction, eps)], {})];
    const losses = sub(g, rate, mul(g, counts, log));
    return [meanLoss(g, full ? add(g, losses, logFactorial(g, counts)) : losses)];
  },
  outputActivation: (g, prediction, { logInput }) =>
    logInput ? g.emit('exp', [prediction], {}) : prediction,
  torch: (attrs) => pythonCall('nn.PoissonNLLLoss', ...keywords(attrs)),
  torchCode: {
    call: ([prediction = '', target = ''], attrs, x) =>
      pythonCall(
        'F.poisson_nll_loss',
        prediction,
        targetLike(prediction, target, x),
        ...keywords(attrs),
      ),
  },
});
