/** What can be chosen of any picture of a graph. */
import type { AttrSchema, AttrValues } from '#engine/ir/attrs.ts';
import { THEMES } from '#engine/drawing/theme.ts';

export const PICTURE_OPTIONS = {
  theme: {
    kind: 'choice',
    default: 'light',
    options: THEMES,
    optionLabels: { light: 'Light', dark: 'Dark', print: 'Print, black on white' },
    help: 'As the window has it, or black on white for paper.',
  },
  figures: {
    kind: 'bool',
    default: true,
    help: 'Attributes, shapes, parameters and cost, and how the weights of a run are distributed; off: names alone, in large.',
  },
  transparent: {
    kind: 'bool',
    label: 'No background',
    default: false,
    help: 'What lies behind the picture shows between the cards.',
  },
  project: {
    kind: 'bool',
    label: 'Carry the project',
    default: true,
    help: 'Dropped on the canvas the picture opens as the project. Graph and settings, no weights.',
  },
} as const satisfies AttrSchema;

export type PictureOptions = AttrValues<typeof PICTURE_OPTIONS>;
