/** A plot that an input of one or two numbers is chosen in. */
import type { PlayerColumn } from '#engine/export/player/model.ts';
import { own } from '#engine/ir/record.ts';
import { niceTicks, padded } from '#engine/runs/ticks.ts';
import { colorOf, element } from '../dom.ts';
import { valueText } from '../numbers.ts';

export interface Plot {
  readonly element: HTMLElement;
  /** Goes to these numbers; does not tell. */
  move(numbers: Float32Array): void;
}

/** Of an axis: from numbers to pixels and back. */
export interface Axis {
  readonly low: number;
  readonly high: number;
  at(value: number): number;
  value(pixel: number): number;
}

const axis = ([low, high]: readonly [number, number], start: number, end: number): Axis => ({
  ...{ low, high },
  at: (value) => start + ((end - start) * (value - low)) / (high - low),
  value: (pixel) => low + ((high - low) * (pixel - start)) / (end - start),
});

/** What of a column is shown: what the data hold, and some more. */
export const shownRange = ({ low, high }: PlayerColumn): readonly [number, number] =>
  padded([low, high], 0.12);

const TICKS = 5;

const MARGIN = { left: 40, right: 8, top: 18, bottom: 34 };

export interface PlotFrame {
  readonly canvas: HTMLCanvasElement;
  readonly axes: () => { readonly across: Axis; readonly up: Axis };
}

/** What a plot is drawn on, and its axes as large as it is now. */
export function plotFrame(
  label: string,
  ranges: { readonly across: readonly [number, number]; readonly up: readonly [number, number] },
): PlotFrame {
  const canvas = element('canvas', {
    ...{ class: 'plot', tabindex: 0, role: 'application' },
    'aria-label': `${label}: click, or use the arrow keys`,
  });
  return {
    canvas,
    axes() {
      const { clientWidth: width, clientHeight: height } = canvas;
      return {
        across: axis(ranges.across, MARGIN.left, width - MARGIN.right),
        up: axis(ranges.up, height - MARGIN.bottom, MARGIN.top),
      };
    },
  };
}

/** Names and round values under and beside a plot. */
export function drawAxes(
  context: CanvasRenderingContext2D,
  {
    across,
    up,
    names,
  }: {
    readonly across: Axis;
    readonly up: Axis;
    readonly names: readonly [across: string, up: string];
  },
): void {
  const [left, right] = [across.at(across.low), across.at(across.high)];
  const [bottom, top] = [up.at(up.low), up.at(up.high)];
  context.strokeStyle = colorOf('b-2');
  context.lineWidth = 1;
  context.strokeRect(left + 0.5, top + 0.5, right - left - 1, bottom - top - 1);
  context.fillStyle = colorOf('t-3');
  context.font = `10px ${colorOf('font-ui')}`;
  [context.textAlign, context.textBaseline] = ['center', 'top'];
  for (const tick of niceTicks(across.low, across.high, TICKS)) {
    context.fillText(valueText(tick), across.at(tick), bottom + 4);
  }
  context.fillText(names[0], (left + right) / 2, bottom + 18);
  [context.textAlign, context.textBaseline] = ['right', 'middle'];
  for (const tick of niceTicks(up.low, up.high, TICKS)) {
    context.fillText(valueText(tick), left - 5, up.at(tick));
  }
  [context.textAlign, context.textBaseline] = ['left', 'bottom'];
  context.fillText(names[1], left, top - 4);
}

/** Where the answer is for: a ring that shows on any ground. */
export function drawMarker(context: CanvasRenderingContext2D, x: number, y: number): void {
  for (const [color, width] of [
    [colorOf('s-panel'), 4.5],
    [colorOf('t-1'), 2],
  ] as const) {
    [context.strokeStyle, context.lineWidth] = [color, width];
    context.beginPath();
    context.arc(x, y, 6, 0, 2 * Math.PI);
    context.stroke();
  }
}

export const CLASS_COLORS = 8;
/** Colours of classes, as runs have them: told apart by all eyes. */
export const classColor = (place: number): string => colorOf(`run-${(place % CLASS_COLORS) + 1}`);

const STEPS: Readonly<Record<string, readonly [x: number, y: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};
/** Of an arrow key, in shares of what is shown. */
const KEY_STEP = 0.01;

/** Steps of the arrow keys, in shares of what is shown. */
export function followKeys(canvas: HTMLCanvasElement, go: (x: number, y: number) => void): void {
  canvas.addEventListener('keydown', (event) => {
    const step = own(STEPS, event.key);
    if (!step) return;
    event.preventDefault();
    go(step[0] * KEY_STEP, step[1] * KEY_STEP);
  });
}

/** Follows a pointer from where it goes down until it goes up. */
export function followPointer(canvas: HTMLCanvasElement, go: (x: number, y: number) => void): void {
  let isDown = false;
  const follow = (event: PointerEvent): void => {
    const box = canvas.getBoundingClientRect();
    go(event.clientX - box.left, event.clientY - box.top);
  };
  canvas.addEventListener('pointerdown', (event) => {
    isDown = true;
    canvas.setPointerCapture(event.pointerId);
    follow(event);
  });
  canvas.addEventListener('pointermove', (event) => {
    if (isDown) follow(event);
  });
  for (const end of ['pointerup', 'pointercancel'] as const) {
    canvas.addEventListener(end, () => (isDown = false));
  }
}
