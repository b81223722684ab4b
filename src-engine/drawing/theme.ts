/**
 * The colours of a drawn graph: as the window has them in light and dark (tokens.css, compared by a test), and
 * black on white for print. Pure.
 */
import type { LayerCategory } from '../layers/define.ts';

export const THEMES = ['light', 'dark', 'print'] as const;
export type ThemeName = (typeof THEMES)[number];

/** Any text that SVG takes for a colour. */
export interface GraphTheme {
  readonly canvas: string;
  readonly card: string;
  readonly border: string;
  /** Between the parts of a card. */
  readonly line: string;
  readonly text: string;
  readonly soft: string;
  readonly faint: string;
  readonly wire: string;
  readonly port: string;
  readonly wireLabel: string;
  readonly danger: string;
  /** Around cards that are to be told from others. */
  readonly frame: string;
  readonly categories: Readonly<Record<LayerCategory, string>>;
}

const LIGHT: GraphTheme = {
  canvas: '#f3f4f6',
  card: '#ffffff',
  border: '#d2d6dc',
  line: '#e4e6ea',
  text: '#1b1e23',
  soft: '#4a515c',
  faint: '#616975',
  wire: '#858d99',
  port: '#4a515c',
  wireLabel: '#4a515c',
  danger: '#c0281f',
  frame: '#8a5a00',
  categories: {
    Data: '#546f86',
    Linear: '#3c68bc',
    Convolution: '#7658ac',
    Activation: '#886600',
    Normalisation: '#007c82',
    Pooling: '#327d4c',
    Sequence: '#567000',
    Shape: '#666c79',
    Merge: '#91508c',
    Noise: '#9c582a',
    Loss: '#a8465d',
  },
};

const DARK: GraphTheme = {
  canvas: '#131518',
  card: '#202328',
  border: '#31353c',
  line: '#24272c',
  text: '#e8eaed',
  soft: '#b0b6c0',
  faint: '#929aa6',
  wire: '#5e6570',
  port: '#9aa3b0',
  wireLabel: '#aab1bc',
  danger: '#ff7b72',
  frame: '#e3a84a',
  categories: {
    Data: '#9ab5cc',
    Linear: '#83b0ff',
    Convolution: '#baa0f3',
    Activation: '#cead59',
    Normalisation: '#64c3c8',
    Pooling: '#7fc492',
    Sequence: '#b3c95f',
    Shape: '#abb1be',
    Merge: '#d997d2',
    Noise: '#e49f75',
    Loss: '#f290a2',
  },
};

const INK = '#000000';
/** What stands behind: grey enough to be told from what stands in front, dark enough for any printer. */
const GREY = '#555555';

const PRINT: GraphTheme = {
  canvas: '#ffffff',
  card: '#ffffff',
  border: INK,
  line: GREY,
  text: INK,
  soft: INK,
  faint: GREY,
  wire: INK,
  port: INK,
  wireLabel: INK,
  danger: INK,
  frame: INK,
  categories: {
    Data: INK,
    Linear: INK,
    Convolution: INK,
    Activation: INK,
    Normalisation: INK,
    Pooling: INK,
    Sequence: INK,
    Shape: INK,
    Merge: INK,
    Noise: INK,
    Loss: INK,
  },
};

export const GRAPH_THEMES: Readonly<Record<ThemeName, GraphTheme>> = {
  light: LIGHT,
  dark: DARK,
  print: PRINT,
};

/** Of a layer; grey where it is not known. */
export const layerColour = (
  theme: GraphTheme,
  definition: { readonly category: LayerCategory } | null | undefined,
): string => (definition ? theme.categories[definition.category] : theme.faint);
