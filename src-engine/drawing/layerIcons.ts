/**
 * The drawings of kinds of layers, on a grid of 16 with lines of 1.4: the page shows them as icons, canvases draw
 * them as blocks, pictures of graphs have them on their cards. Pure.
 */
import type { LayerCategory } from '../layers/define.ts';

export interface IconShape {
  /** As in SVG. */
  readonly path: string;
  /** An area without a line around it. */
  readonly filled: boolean;
  /** Of the area that a line encloses; absent: none. */
  readonly fillOpacity?: number;
  readonly strokeOpacity?: number;
  readonly dash?: string;
}

/** Width of its lines. */
export const ICON_STROKE = 1.4;
export const ICON_GRID = 16;

const line = (path: string, look: Omit<IconShape, 'path' | 'filled'> = {}): IconShape => ({
  ...{ path, filled: false },
  ...look,
});
const circle = (cx: number, cy: number, r: number): string => ellipse(cx, cy, r, r);
const ellipse = (cx: number, cy: number, rx: number, ry: number): string =>
  `M${cx - rx} ${cy}a${rx} ${ry} 0 1 0 ${2 * rx} 0a${rx} ${ry} 0 1 0 ${-2 * rx} 0`;
const dot = (cx: number, cy: number, r: number): IconShape => ({
  path: circle(cx, cy, r),
  filled: true,
});
/** With corners that are a little round. */
const square = (x: number, y: number, size: number): string =>
  `M${x + 1} ${y}h${size - 2}a1 1 0 0 1 1 1v${size - 2}a1 1 0 0 1-1 1h${2 - size}a1 1 0 0 1-1-1v${2 - size}a1 1 0 0 1 1-1z`;

export const LAYER_ICONS = {
  data: [
    line(ellipse(8, 4, 5, 2)),
    line('M3 4v8c0 1.1 2.2 2 5 2s5-.9 5-2V4M3 8c0 1.1 2.2 2 5 2s5-.9 5-2'),
  ],
  linear: [
    line('M4 4l8 0M4 4l8 8M4 12l8-8M4 12l8 0'),
    dot(3.5, 4, 1.8),
    dot(3.5, 12, 1.8),
    dot(12.5, 4, 1.8),
    dot(12.5, 12, 1.8),
  ],
  conv: [
    line(square(2, 2, 12)),
    line('M2 10.5h12M10.5 2v12'),
    line('M2 2h8.5v8.5h-8.5z', { fillOpacity: 0.35 }),
  ],
  activation: [line('M2 11h6l5.5-8'), line('M2 14h12', { strokeOpacity: 0.4 })],
  norm: [
    line('M1.5 13c3.5 0 3.6-9.5 6.5-9.5S11 13 14.5 13'),
    line('M8 3.5V13', { strokeOpacity: 0.5 }),
  ],
  pool: [line('M2.5 3h11L9.5 8v5l-3 .8V8z')],
  sequence: [
    line('M3 8c.6-5.5 4.4-5.5 5 0c.6-5.5 4.4-5.5 5 0'),
    dot(3, 10.5, 1.7),
    dot(8, 10.5, 1.7),
    dot(13, 10.5, 1.7),
  ],
  shape: [line('M2 5.5V2.5h3M14 10.5v3h-3'), line('M5 5h6v6H5z')],
  merge: [line('M2 3.5h3c2 0 2 4.5 4 4.5h5M2 12.5h3c2 0 2-4.5 4-4.5'), line('M12 6l2 2-2 2')],
  noise: [line('M1.5 8.5l2-4 2 7 2-9 2 10 2-6 2 3 1-1.5')],
  loss: [line(circle(8, 8, 6)), line(circle(8, 8, 3)), line(circle(8, 8, 0.6), { fillOpacity: 1 })],
  unknown: [
    line(square(2.5, 2.5, 11), { dash: '2 2' }),
    line('M6.3 6.3a1.8 1.8 0 113 1.4c-.8.5-1.2.8-1.2 1.6M8 11.3v.1'),
  ],
} as const satisfies Readonly<Record<string, readonly IconShape[]>>;

export type LayerIconName = keyof typeof LAYER_ICONS;

/** Each category has one icon and one hue; the icon and the name tell it, not the hue. */
const CATEGORY_ICON: Readonly<Record<LayerCategory, LayerIconName>> = {
  Data: 'data',
  Linear: 'linear',
  Convolution: 'conv',
  Activation: 'activation',
  Normalisation: 'norm',
  Pooling: 'pool',
  Sequence: 'sequence',
  Shape: 'shape',
  Merge: 'merge',
  Noise: 'noise',
  Loss: 'loss',
};

/** Of layers that are not known here one of their own. */
export const layerIcon = (
  definition: { readonly category: LayerCategory } | null | undefined,
): LayerIconName => (definition ? CATEGORY_ICON[definition.category] : 'unknown');
