/**
 * Counts, by the logarithm of the rate of a Poisson distribution; anything of equal size to a scalar mean.
 * Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.PoissonNLLLoss.html
 */
import type { Value } from '../ops/builder.ts';
import { add, mul, sub } from '../ops/nn.ts';
import { defineLayer, type Lowering } from './define.ts';
import {
  asNumbers,
  LOSS_PORTS,
  LOSS_TYPE,
  meanLoss,
  needNumbersAlike,
  targetLike,
} from './shared/losses.ts';
import { pythonCall } from './shared/shapes.ts';

/** Stirling's approximation of log t!, of counts above 1; no part of any gradient of a prediction. */
function logFactorial(g: Lowering, t: Value): Value {
  const isAbove = g.emit('greaterThan', [t], { threshold: 1 });
  const at = (value: number): Value => g.emit('full', [], { shape: [], value });
  const safe = g.emit('select', [isAbove, t, at(1)], {});
  const log = g.emit('log', [safe], {});
  const ofRoot = g.emit('affine', [log], { scale: 0.5, shift: 0.5 * Math.log(2 * Math.PI) });
  return mul(g, isAbove, add(g, sub(g, mul(g, safe, log), safe), ofRoot));
}

export default defineLayer({
  type: 'PoissonNLLLoss',
  label: 'Poisson',
  category: 'Loss',
  role: 'loss',
  doc: 'For counts: how likely they are where the prediction is the logarithm of the rate they come at, which may be any number.',
  formula: 'L = \\frac{1}{n} \\sum_i e^{x_i} - t_i x_i',
  keywords: ['counts', 'rate', 'likelihood', 'regression', 'events', 'nll'],
  idPrefix: 'loss',
  attrs: {
    full: {
      kind: 'bool',
      default: false,
      advanced: true,
      help: "Counts what follows from the target alone as well, by Stirling's approximation: no gradient changes.",
    },
  },
  ...LOSS_PORTS,
  portRanges: { target: [0, Infinity] },
  summary: ({ full }) => `log rate${full ? ', full' : ''}`,
  infer([prediction, target]) {
    needNumbersAlike('PoissonNLLLoss', prediction, target);
    return [LOSS_TYPE];
  },
  inferPartial: () => [LOSS_TYPE],
  lower(g, [prediction, target], { full }) {
    const counts = asNumbers(g, target, prediction);
    const losses = sub(g, g.emit('exp', [prediction], {}), mul(g, counts, prediction));
    return [meanLoss(g, full ? add(g, losses, logFactorial(g, counts)) : losses)];
  },
  outputActivation: (g, prediction) => g.emit('exp', [prediction], {}),
  torch: ({ full }) => pythonCall('nn.PoissonNLLLoss', full ? 'full=True' : undefined),
  torchCode: {
    call: ([prediction = '', target = ''], { full }, x) =>
      pythonCall(
        'F.poisson_nll_loss',
        prediction,
        targetLike(prediction, target, x),
        full ? 'full=True' : undefined,
      ),
  },
});
