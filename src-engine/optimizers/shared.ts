/** Attributes that several optimisers share. */
import type { NumberAttr } from '../ir/attrs.ts';

export const learningRate = (value: number): NumberAttr => ({
  kind: 'number',
  label: 'Learning rate',
  default: value,
  min: 0,
  max: 100,
  logarithmic: true,
  help: 'How far one step moves the weights.',
});

export const weightDecay = (value: number, help: string): NumberAttr => ({
  kind: 'number',
  label: 'Weight decay',
  default: value,
  min: 0,
  max: 1,
  help,
});

export const beta = (label: string, value: number, help: string): NumberAttr => ({
  kind: 'number',
  label,
  default: value,
  min: 0,
  max: 0.999999,
  advanced: true,
  help,
});

export const epsilon: NumberAttr = {
  kind: 'number',
  label: 'Epsilon',
  default: 1e-8,
  min: 0,
  max: 1,
  logarithmic: true,
  advanced: true,
  help: 'Keeps the division away from zero.',
};
