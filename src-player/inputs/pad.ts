/**
 * A pad to draw on: by mouse, finger or pen, and by keys (arrows move the pen, space lowers and lifts it). Knows
 * lines and what is shown, not what becomes of them.
 */
import type { ImageShape } from '#engine/export/player/model.ts';
import { own } from '#engine/ir/record.ts';
import { element, sizedContext } from '../dom.ts';
import { paintImage } from '../pictures/paint.ts';
import { type Point, type Stroke, tracePen } from '../pictures/strokes.ts';

const BLACK = '#000';
const WHITE = '#fff';

export interface Pad {
  readonly element: HTMLCanvasElement;
  readonly strokes: readonly Stroke[];
  clear(): void;
  undo(): void;
  setPen(pixels: number): void;
  /** A picture instead of lines. */
  showImage(numbers: Float32Array): void;
}

export function drawingPad(
  image: ImageShape,
  { ground, pen: firstPen }: { readonly ground: 0 | 1; readonly pen: number },
  onDraw: () => void,
): Pad {
  const { width, height } = image;
  const canvas = element('canvas', {
    ...{ class: 'pad', tabindex: 0, role: 'application' },
    'aria-label': 'Drawing pad: arrow keys move the pen, space lowers and lifts it',
  });
  canvas.style.aspectRatio = `${width} / ${height}`;
  let strokes: Point[][] = [];
  let pen = firstPen;
  let shown: Float32Array | null = null;
  let isDown = false;
  /** Of the keys; null while nobody uses them. */
  let cursor: Point | null = null;

  const paint = (): void => {
    const { context, width: shownWidth } = sizedContext(canvas);
    const scale = shownWidth / width;
    context.scale(scale, scale);
    context.fillStyle = ground === 0 ? BLACK : WHITE;
    context.fillRect(0, 0, width, height);
    if (shown) {
      const small = element('canvas');
      paintImage(small, image, shown);
      context.imageSmoothingEnabled = false;
      context.drawImage(small, 0, 0, width, height);
    }
    context.strokeStyle = ground === 0 ? WHITE : BLACK;
    tracePen(context, strokes, pen);
    if (!cursor) return;
    [context.strokeStyle, context.lineWidth] = ['#7aa7ff', 1.5 / scale];
    context.beginPath();
    context.arc(cursor.x, cursor.y, isDown ? pen / 2 : pen, 0, 2 * Math.PI);
    context.stroke();
  };
  const begin = (point: Point): void => {
    shown = null;
    isDown = true;
    strokes.push([point]);
  };
  const goTo = (point: Point): void => void strokes.at(-1)?.push(point);
  const drawn = (): void => {
    paint();
    onDraw();
  };

  const pointOf = (event: PointerEvent): Point => {
    const box = canvas.getBoundingClientRect();
    return {
      x: ((event.clientX - box.left) / box.width) * width,
      y: ((event.clientY - box.top) / box.height) * height,
    };
  };
  canvas.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    canvas.setPointerCapture(event.pointerId);
    cursor = null;
    begin(pointOf(event));
    drawn();
  });
  canvas.addEventListener('pointermove', (event) => {
    if (!isDown || cursor) return;
    // All places since the last event: fast lines stay round.
    const events = event.getCoalescedEvents?.() ?? [];
    for (const each of events.length > 0 ? events : [event]) goTo(pointOf(each));
    drawn();
  });
  const lift = (): void => {
    if (!cursor) isDown = false;
  };
  canvas.addEventListener('pointerup', lift);
  canvas.addEventListener('pointercancel', lift);

  const STEPS: Readonly<Record<string, readonly [x: number, y: number]>> = {
    ArrowLeft: [-1, 0],
    ArrowRight: [1, 0],
    ArrowUp: [0, -1],
    ArrowDown: [0, 1],
  };
  canvas.addEventListener('keydown', (event) => {
    const step = own(STEPS, event.key);
    if (step) {
      const from: Point = cursor ?? { x: width / 2, y: height / 2 };
      cursor = {
        x: Math.min(width, Math.max(0, from.x + step[0])),
        y: Math.min(height, Math.max(0, from.y + step[1])),
      };
      if (isDown) goTo(cursor);
    } else if (event.key === ' ') {
      cursor ??= { x: width / 2, y: height / 2 };
      if (isDown) isDown = false;
      else begin(cursor);
    } else if (event.key === 'Delete' || event.key === 'Backspace') {
      pad.clear();
    } else if (event.key === 'z' && (event.ctrlKey || event.metaKey)) {
      pad.undo();
    } else return;
    event.preventDefault();
    drawn();
  });
  canvas.addEventListener('blur', () => {
    if (cursor) isDown = false;
    cursor = null;
    paint();
  });
  new ResizeObserver(paint).observe(canvas);
  const pad: Pad = {
    element: canvas,
    get strokes() {
      return strokes;
    },
    clear() {
      [strokes, shown, isDown] = [[], null, false];
      drawn();
    },
    undo() {
      strokes = strokes.slice(0, -1);
      drawn();
    },
    setPen(pixels) {
      pen = pixels;
      paint();
    },
    showImage(numbers) {
      [strokes, shown, isDown, cursor] = [[], numbers, false, null];
      paint();
    },
  };
  return pad;
}
