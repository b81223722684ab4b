/** The track of the run clock on a canvas: the recorded past, its loss, epochs and events. */
import type { ChartColors } from '../charts/colors.ts';
import type { Surface } from '../charts/painter.ts';
import type { ClockEvent, ClockModel } from './clockModel.ts';

/** Above the track stand the events and the epochs' names. */
export const TRACK = { top: 13, height: 21 } as const;
const EVENT_SIZE = 7;

export function drawClock(
  { context, width }: Surface,
  model: ClockModel,
  colors: ChartColors,
  runColor: string,
): void {
  const { plannedSteps, recordedSteps, loss, epochs, events } = model;
  const { top, height } = TRACK;
  const xOf = (step: number): number => (step / plannedSteps) * width;
  context.globalAlpha = 0.14;
  context.fillStyle = runColor;
  context.fillRect(0, top, xOf(recordedSteps), height);
  context.globalAlpha = 1;
  context.strokeStyle = colors.line3;
  context.lineWidth = 1;
  context.strokeRect(0.5, top + 0.5, width - 1, height - 1);
  const marks = events.map(({ step }) => xOf(step));
  drawEpochs(context, epochs, xOf, width, marks, colors);
  context.strokeStyle = runColor;
  context.lineWidth = 1.25;
  context.beginPath();
  for (let i = 0; i + 1 < loss.length; i += 2) {
    const x = (loss[i] ?? 0) * width;
    const y = top + height - 3 - (loss[i + 1] ?? 0) * (height - 6);
    if (i === 0) context.moveTo(x, y);
    else context.lineTo(x, y);
  }
  context.stroke();
  for (const event of events) drawEvent(context, event, xOf(event.step), colors);
}

/** Px between a name and what stands before and behind it. */
const BEFORE = 9;
const BEHIND = 5;

/** The first place in its epoch where a name meets no mark of an event; null: it would stand on one, or in the next epoch. */
export function placeOfName(
  [from, to]: readonly [number, number],
  width: number,
  marks: readonly number[],
): number | null {
  let at = from + BEFORE;
  for (const mark of marks.toSorted((a, b) => a - b)) {
    if (mark > at - BEFORE && mark < at + width + BEHIND) at = mark + BEFORE;
  }
  return at + width + BEHIND < to ? at : null;
}

/** Of so many marks one has its name: all names have room then, the widest one too. */
export function namedEvery(widest: number, pitch: number): number {
  return Math.max(1, Math.ceil((BEFORE + widest + BEHIND + 1) / pitch));
}

function drawEpochs(
  context: CanvasRenderingContext2D,
  epochs: ClockModel['epochs'],
  xOf: (step: number) => number,
  width: number,
  marks: readonly number[],
  colors: ChartColors,
): void {
  const { top, height } = TRACK;
  context.font = `10px ${colors.fontUi}`;
  context.textBaseline = 'middle';
  const pitch = epochs[1] ? xOf(epochs[1].step) : width;
  const widths = epochs.map(({ label }) => context.measureText(label).width);
  const every = namedEvery(Math.max(...widths), pitch);
  for (const [i, { step, label }] of epochs.entries()) {
    const x = Math.round(xOf(step)) + 0.5;
    if (step > 0) {
      context.strokeStyle = colors.line3;
      context.lineWidth = 1;
      context.beginPath();
      context.moveTo(x, top);
      context.lineTo(x, top + height);
      context.stroke();
    }
    if (i % every !== 0) continue;
    context.fillStyle = colors.text3;
    const at = placeOfName([x, x + pitch * every], widths[i] ?? 0, marks);
    if (at !== null) context.fillText(label, at, top - 6);
  }
}

/** Shapes tell the kinds apart, not colours alone. */
function drawEvent(
  context: CanvasRenderingContext2D,
  { kind }: ClockEvent,
  x: number,
  colors: ChartColors,
): void {
  const middle = TRACK.top - 6;
  const half = EVENT_SIZE / 2;
  context.fillStyle =
    kind === 'danger' ? colors.danger : kind === 'warning' ? colors.warn : colors.text2;
  context.beginPath();
  if (kind === 'checkpoint') context.rect(x - half + 0.5, middle - half + 0.5, 6, 6);
  else {
    const tip = kind === 'rate' ? middle + half : middle - half;
    const base = kind === 'rate' ? middle - half : middle + half;
    context.moveTo(x, tip);
    context.lineTo(x - half, base);
    context.lineTo(x + half, base);
  }
  context.fill();
  context.strokeStyle = context.fillStyle;
  context.lineWidth = 1;
  context.setLineDash([1, 2]);
  context.beginPath();
  context.moveTo(Math.round(x) + 0.5, TRACK.top);
  context.lineTo(Math.round(x) + 0.5, TRACK.top + TRACK.height);
  context.stroke();
  context.setLineDash([]);
}
