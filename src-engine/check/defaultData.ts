/**
 * The data that a new Data node starts with: the built-in digits, with their fields, so that shapes are
 * known at once. The same as datasets/ says (tested); check/ does not load generators into the renderer.
 */
import type { RawAttrs } from '../ir/attrs.ts';

export const DEFAULT_DATA: RawAttrs = {
  source: 'digits',
  fields: [
    { name: 'image', role: 'input', dtype: 'f32', shape: [1, 28, 28] },
    {
      name: 'label',
      role: 'label',
      dtype: 'i32',
      shape: [],
      classes: 10,
      classNames: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
    },
  ],
};
