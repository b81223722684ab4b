/** The optimiser's own learning rate, all the way. */
import { defineSchedule } from './define.ts';

export default defineSchedule({
  type: 'ConstantLR',
  label: 'Constant',
  doc: 'The learning rate stays as it is. The right start: know what a fixed rate does before changing it.',
  attrs: {},
  rate: (base) => base,
  torch: () => null,
});
