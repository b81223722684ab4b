/**
 * How wide text is in the fonts of drawn graphs, so that what does not fit ends in an ellipsis or goes on in the
 * next line. Known for ASCII and guessed for the rest: whoever shows the picture may have other fonts anyway.
 */

export interface Font {
  readonly family: 'text' | 'mono';
  readonly sizePx: number;
  readonly isBold?: true;
}

/** Advances of the characters from a blank to `~` in thousandths of the size; compared with the font by a test. */
export const INTER_WIDTHS = {
  plain: [
    281, 288, 466, 633, 642, 982, 644, 300, 365, 365, 501, 662, 288, 460, 288, 360, 631, 407, 610,
    618, 646, 593, 620, 566, 619, 620, 288, 302, 662, 662, 662, 511, 966, 690, 654, 730, 722, 601,
    590, 746, 743, 269, 571, 672, 565, 903, 753, 765, 639, 765, 644, 642, 646, 744, 690, 985, 682,
    679, 629, 365, 360, 365, 471, 456, 323, 562, 612, 571, 612, 583, 370, 613, 591, 242, 242, 549,
    242, 876, 591, 600, 612, 612, 376, 528, 327, 591, 562, 818, 546, 562, 552, 426, 333, 426, 662,
  ],
  bold: [
    252, 321, 523, 644, 650, 1004, 663, 326, 373, 373, 540, 673, 319, 465, 319, 379, 660, 423, 623,
    636, 666, 612, 640, 576, 640, 640, 319, 329, 673, 673, 673, 543, 999, 728, 659, 737, 722, 605,
    588, 749, 746, 277, 580, 703, 565, 922, 759, 769, 645, 773, 652, 650, 660, 736, 728, 1020, 720,
    713, 652, 373, 379, 373, 481, 469, 351, 574, 624, 583, 624, 591, 389, 625, 612, 262, 262, 569,
    262, 900, 612, 609, 624, 624, 397, 549, 353, 612, 587, 839, 569, 588, 566, 455, 359, 455, 673,
  ],
} as const;
export const FIRST_KNOWN = 0x20;
export const MONO_WIDTH = 600;
const USUAL_WIDTH = 640;
/** Chinese, Japanese, Korean, pictures. */
const FIRST_WIDE = 0x1100;
const WIDE = 1000;

function characterWidth(codePoint: number, { family, isBold }: Font): number {
  if (codePoint >= FIRST_WIDE && (codePoint < 0x2000 || codePoint >= 0x2e80)) return WIDE;
  if (family === 'mono') return MONO_WIDTH;
  const widths = isBold ? INTER_WIDTHS.bold : INTER_WIDTHS.plain;
  return widths[codePoint - FIRST_KNOWN] ?? USUAL_WIDTH;
}

/** What fits exactly fits. */
const ROUNDING_PX = 0.01;

export function textWidth(text: string, font: Font): number {
  let width = 0;
  for (const character of text) width += characterWidth(character.codePointAt(0) ?? 0, font);
  return (width * font.sizePx) / 1000;
}

/** With an ellipsis where the whole does not fit; nothing where not even two characters do. */
export function fitted(text: string, font: Font, widthPx: number): string {
  if (textWidth(text, font) <= widthPx + ROUNDING_PX) return text;
  const characters = [...text];
  for (let count = characters.length - 1; count > 1; count--) {
    const short = `${characters.slice(0, count).join('').trimEnd()}…`;
    if (textWidth(short, font) <= widthPx) return short;
  }
  return '';
}

/** Whole words in lines, the last of them with an ellipsis where there is more. `parts`: where it may break. */
export function wrapped(
  parts: readonly string[],
  font: Font,
  widthPx: number,
  mostLines: number,
): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const part of parts) {
    if (line === '' || textWidth((line + part).trimEnd(), font) <= widthPx) line += part;
    else {
      lines.push(line);
      line = part;
    }
  }
  if (line !== '') lines.push(line);
  const shown = lines.slice(0, mostLines);
  const last = shown.at(-1) ?? '';
  const rest = lines.length > mostLines ? `${last}${lines.slice(mostLines).join('')}` : last;
  return [...shown.slice(0, -1), rest].map((each) => fitted(each.trimEnd(), font, widthPx));
}

/** A word that a small card has no room for in one line. */
const LONG_WORD = 12;

/** Where a long word may be parted with a hyphen: before a consonant with a vowel behind it, near its middle. */
export function hyphenPlace(word: string): number | null {
  if (word.length < LONG_WORD) return null;
  const places = [...word.matchAll(/[bcdfgklmnprstvz](?=[aeiou])/g)].map(({ index }) => index);
  const inside = places.filter((at) => at > 2 && at < word.length - 3);
  const away = (at: number): number => Math.abs(at - word.length / 2);
  return inside.toSorted((a, b) => away(a) - away(b))[0] ?? null;
}

/** `CrossEntropyLoss` as it may be broken into lines; `ReLU` stays whole. */
export const humpsOf = (type: string): readonly string[] => type.split(/(?<=[a-z0-9]{2})(?=[A-Z])/);
