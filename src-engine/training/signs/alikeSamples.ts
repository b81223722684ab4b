/**
 * What is made from random numbers is nearly the same whatever these are (mode collapse). Reference: Goodfellow 2016,
 * "NIPS 2016 Tutorial: Generative Adversarial Networks", section 5.1.1.
 */
import { objectiveName, trainersBefore } from '#engine/check/objectiveParts.ts';
import { indexWires } from '#engine/ir/topology.ts';
import { defineSign, slowerObjective } from './define.ts';

/**
 * Shares of the spread of the data. A generator begins with the mean of all samples: in the example "GAN on digits" a
 * fifth for some hundred steps, then a half and more. So it is a sign where it fell, or where there is next to none.
 */
const WARNS_BELOW = 0.3;
const ONCE = 0.5;
const ALARMS_BELOW = 0.1;
const FIRST_EPOCH = 1;

export default defineSign({
  id: 'alikeSamples',
  find({ document, analysis, seen: { made }, epoch }) {
    if (!made || epoch <= FIRST_EPOCH || !(made.dataSpread > 0)) return null;
    const share = made.spread / made.dataSpread;
    const hasFallen = share < WARNS_BELOW && made.mostSpread / made.dataSpread >= ONCE;
    if (!hasFallen && !(share < ALARMS_BELOW)) return null;
    const part = trainersBefore(analysis, indexWires(document), made.node).at(-1);
    const who = part ? objectiveName(part) : made.node;
    return {
      code: 'training.alike-samples',
      severity: share < ALARMS_BELOW ? 'error' : 'warning',
      node: made.node,
      message: `What ${who} makes is nearly the same each time: samples differ ${Math.round(share * 100)} % as much as those of the data.`,
      explanation:
        'It has found something that passes and makes it from any random numbers. Slower steps of it, or a stronger judge, usually help; a run that has come this far seldom finds back by itself.',
      fixes: part ? slowerObjective(document, part) : [],
    };
  },
});
