/** What can be asked of pictures in a table. */
import type { AttrSchema, AttrValues } from '#engine/ir/attrs.ts';
import { BEGINNING_OPTIONS, TABLE_OPTIONS } from '../table/options.ts';

export const PIXEL_OPTIONS = {
  target: {
    ...TABLE_OPTIONS.target,
    label: 'Label column',
    help: 'Name or number of the column to predict. Empty: the one that is not called as a pixel, else the first or the last.',
  },
  targetKind: {
    ...TABLE_OPTIONS.targetKind,
    help: 'Words and few different whole numbers are classes, other numbers are not. Without a target there are pictures only.',
  },
  height: {
    ...{ kind: 'int', default: 0, min: 0, max: 1024, zero: 'Automatic', unit: 'pixels' },
    help: 'Of every picture. Automatic: as the width, or what the width leaves.',
  },
  width: {
    ...{ kind: 'int', default: 0, min: 0, max: 1024, zero: 'Automatic', unit: 'pixels' },
    help: 'Of every picture. Automatic: as the height, or what the height leaves.',
  },
  channels: {
    kind: 'choice',
    default: 'auto',
    options: ['auto', 'grey', 'colour'],
    optionLabels: { auto: 'Automatic', grey: 'Grey (1)', colour: 'Red, green, blue (3)' },
    help: 'Automatic: grey where the columns make such a picture, else colours.',
  },
  layout: {
    kind: 'choice',
    default: 'channelsLast',
    options: ['channelsLast', 'channelsFirst'],
    optionLabels: {
      channelsLast: 'Pixel by pixel',
      channelsFirst: 'All red, all green, all blue',
    },
    advanced: true,
    help: 'In which order the columns of pictures in colours stand.',
  },
  ignore: TABLE_OPTIONS.ignore,
  targetScale: { ...TABLE_OPTIONS.targetScale, advanced: true },
  group: TABLE_OPTIONS.group,
  part: TABLE_OPTIONS.part,
  weight: TABLE_OPTIONS.weight,
  sheet: {
    kind: 'text',
    default: '',
    advanced: true,
    help: 'Of a workbook: name or number of the sheet. Empty: the first that holds anything.',
  },
  ...BEGINNING_OPTIONS,
} as const satisfies AttrSchema;

export type PixelOptions = AttrValues<typeof PIXEL_OPTIONS>;
