/**
 * The tokens that canvases need, resolved to colours and look-up tables. Read again when the theme
 * changes; drawings subscribe and redraw.
 */
import type { LayerCategory, LayerDefinition } from '#engine/layers/define.ts';

/** 256 RGB triples, low to high. */
export type Ramp = Uint8ClampedArray;

export interface ChartColors {
  readonly dark: boolean;
  readonly text1: string;
  readonly text2: string;
  readonly text3: string;
  readonly line1: string;
  readonly line3: string;
  readonly grid: string;
  readonly axis: string;
  readonly canvas: string;
  readonly panel: string;
  readonly raised: string;
  readonly overlay: string;
  readonly accent: string;
  readonly accentFill: string;
  readonly ok: string;
  readonly warn: string;
  readonly danger: string;
  readonly band: string;
  readonly imageBackground: string;
  readonly runs: readonly string[];
  readonly objectives: readonly string[];
  readonly layers: Readonly<Record<LayerCategory, string>>;
  readonly heat: Ramp;
  readonly diverging: Ramp;
  /** Data images stay white on black in both themes. */
  readonly gray: Ramp;
  readonly fontUi: string;
  readonly fontMono: string;
}

const RUN_SLOTS = 8;
/** As many as training/objectives.ts marks apart. */
const OBJECTIVE_SLOTS = 5;

function parseHex(color: string): readonly [number, number, number] {
  const hex = color.trim().replace('#', '');
  const full = hex.length === 3 ? [...hex].map((digit) => digit + digit).join('') : hex;
  const at = (i: number): number => Number.parseInt(full.slice(i, i + 2), 16) || 0;
  return [at(0), at(2), at(4)];
}

/** Straight lines in sRGB between equidistant stops. */
export function rampOf(stops: readonly string[]): Ramp {
  const colors = stops.map(parseHex);
  const ramp = new Uint8ClampedArray(256 * 3);
  for (let i = 0; i < 256; i++) {
    const at = (i / 255) * (colors.length - 1);
    const low = colors[Math.floor(at)] ?? [0, 0, 0];
    const high = colors[Math.min(Math.ceil(at), colors.length - 1)] ?? low;
    for (let channel = 0; channel < 3; channel++) {
      const a = low[channel] ?? 0;
      ramp[i * 3 + channel] = a + ((high[channel] ?? 0) - a) * (at - Math.floor(at));
    }
  }
  return ramp;
}

export function readColors(token: (name: string) => string, dark: boolean): ChartColors {
  return {
    dark,
    text1: token('--t-1'),
    text2: token('--t-2'),
    text3: token('--t-3'),
    line1: token('--b-1'),
    line3: token('--b-3'),
    grid: token('--ch-grid'),
    axis: token('--ch-axis'),
    canvas: token('--s-canvas'),
    panel: token('--s-panel'),
    raised: token('--s-raised'),
    overlay: token('--s-overlay'),
    accent: token('--accent'),
    accentFill: token('--accent-fill'),
    ok: token('--ok'),
    warn: token('--warn'),
    danger: token('--danger'),
    band: token('--ch-band'),
    imageBackground: token('--img-bg'),
    runs: Array.from({ length: RUN_SLOTS }, (_, slot) => token(`--run-${slot + 1}`)),
    objectives: Array.from({ length: OBJECTIVE_SLOTS }, (_, slot) =>
      token(`--objective-${slot + 1}`),
    ),
    layers: {
      Data: token('--c-data'),
      Linear: token('--c-linear'),
      Convolution: token('--c-conv'),
      Activation: token('--c-act'),
      Normalisation: token('--c-norm'),
      Pooling: token('--c-pool'),
      Sequence: token('--c-sequence'),
      Shape: token('--c-shape'),
      Merge: token('--c-merge'),
      Noise: token('--c-noise'),
      Loss: token('--c-loss'),
    },
    heat: rampOf([0, 1, 2, 3, 4, 5, 6].map((i) => token(`--heat-${i}`))),
    diverging: rampOf([token('--div-neg'), token('--div-zero'), token('--div-pos')]),
    gray: rampOf([token('--img-bg'), token('--t-on-fill')]),
    fontUi: token('--font-ui'),
    fontMono: token('--font-mono'),
  };
}

const listeners = new Set<() => void>();
let colors: ChartColors | null = null;
let watching = false;

function invalidate(): void {
  colors = null;
  for (const listener of listeners) listener();
}

/** The theme is an attribute of the root element, or the system's; fonts change drawings as well. */
function watch(): void {
  if (watching) return;
  watching = true;
  new MutationObserver(invalidate).observe(document.documentElement, {
    attributes: true,
    attributeFilter: ['data-theme', 'class'],
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', invalidate);
  document.fonts.addEventListener('loadingdone', invalidate);
}

export function chartColors(): ChartColors {
  watch();
  if (colors === null) {
    const style = getComputedStyle(document.documentElement);
    const dark = style.colorScheme.includes('dark');
    colors = readColors((name) => style.getPropertyValue(name).trim(), dark);
  }
  return colors;
}

/** As its card has it. */
export function layerChartColor(
  from: ChartColors,
  definition: Pick<LayerDefinition, 'category'> | null | undefined,
  unknown = from.text3,
): string {
  return definition ? from.layers[definition.category] : unknown;
}

/** Told when `chartColors()` has new answers. Returns the way to stop. */
export function subscribeColors(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** As the canvas marks it. */
export const objectiveColor = (from: ChartColors, index: number): string =>
  from.objectives[index % OBJECTIVE_SLOTS] ?? from.accent;

/** A run keeps its colour everywhere; from the ninth run on, slots repeat. */
export function runColor(from: ChartColors, slot: number): string {
  return from.runs[((slot % RUN_SLOTS) + RUN_SLOTS) % RUN_SLOTS] ?? from.accent;
}
