/**
 * How the head of a card says the kind and the name of a node: the kind in one line or two, as large as leaves the
 * name beside it whole. Pure; the canvas and drawn graphs follow it.
 */
import { CARD } from './geometry.ts';
import { type Font, humpsOf, textWidth } from './textWidth.ts';

export interface CardTitle {
  readonly lines: readonly string[];
  readonly sizePx: number;
  /** Which line the name stands beside, where that leaves it more room; null: beside the middle of all. */
  readonly nameLine: 0 | 1 | null;
}

export const TITLE: Font = { family: 'text', sizePx: 12, isBold: true };
export const NAME: Font = { family: 'mono', sizePx: 9.5 };
export const SMALLEST_TITLE = 10;
/** Between the kind and the name. */
export const NAME_GAP = 6;
/** Two lines beside a short name may come a little nearer. */
export const NARROW_GAP = 3;
/** From the icon's end to the right margin. */
export const TITLE_ROOM = CARD.width - 11 - 20 - 9;
/** Letters of a kind that one line has room for, and a few of the name. */
const LONG_KIND = 14;

export function cardTitle(type: string, name: string): CardTitle {
  const nameWidth = name === '' ? 0 : textWidth(name, NAME) + NAME_GAP;
  const width = textWidth(type, TITLE);
  const fitting = Math.floor((2 * (TITLE_ROOM - nameWidth) * TITLE.sizePx) / width) / 2;
  const one = { lines: [type], sizePx: TITLE.sizePx, nameLine: null };
  if (fitting >= SMALLEST_TITLE) return { ...one, sizePx: Math.min(TITLE.sizePx, fitting) };
  const parts = humpsOf(type);
  const at = evenBreak(parts);
  if (at === parts.length) return one;
  const lines = [parts.slice(0, at).join(''), parts.slice(at).join('')];
  const small = { ...TITLE, sizePx: SMALLEST_TITLE };
  const [first = 0, last = 0] = lines.map((line) => textWidth(line, small));
  const room = TITLE_ROOM - nameWidth + NAME_GAP - NARROW_GAP;
  if (Math.min(first, last) > room && type.length <= LONG_KIND) return one;
  const shorter = last <= first ? 1 : 0;
  const nameLine = Math.max(first, last) <= room ? null : shorter;
  return { lines, sizePx: SMALLEST_TITLE, nameLine };
}

/** Which part begins the second of two lines, of which the longer one is as short as it can be. */
export function evenBreak(parts: readonly string[]): number {
  const longer = (at: number) =>
    Math.max(parts.slice(0, at).join('').length, parts.slice(at).join('').length);
  const places = [...parts.keys()].slice(1);
  return places.reduce((best, at) => (longer(at) < longer(best) ? at : best), parts.length);
}

/** From afar titles have their size on screen: of these a card has room for two lines only if they are smaller. */
const FAR_TITLE: Font = { family: 'text', sizePx: 10, isBold: true };
const FAR_ROOM = 48;

export function isTight(type: string): boolean {
  const lines: string[] = [''];
  for (const part of humpsOf(type)) {
    const line = `${lines.at(-1) ?? ''}${part}`;
    if (textWidth(line, FAR_TITLE) <= FAR_ROOM || lines.at(-1) === '') lines.splice(-1, 1, line);
    else lines.push(part);
  }
  return lines.length > 2 || lines.some((line) => textWidth(line, FAR_TITLE) > FAR_ROOM);
}

const SUMMARY_ROOM = CARD.width - 11 - 9;
export const SUMMARY: Font = { family: 'mono', sizePx: 10 };
const SMALLEST_SUMMARY = 9;

/** A long line is rather a little smaller than without its end. */
export function summarySize(summary: string, room = SUMMARY_ROOM): number {
  const share = room / textWidth(summary, SUMMARY);
  return Math.max(SMALLEST_SUMMARY, Math.min(1, share) * SUMMARY.sizePx);
}
