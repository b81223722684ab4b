/** Names of nodes under the columns of a strip, on its canvas; chosen ones stand out. */
import type { ChartColors } from './colors.ts';
import { placedNames, WIDEST_NAME } from './columnNames.ts';
import { shortened } from './shortened.ts';

export function drawColumnNames(
  context: CanvasRenderingContext2D,
  names: readonly string[],
  strip: { readonly left: number; readonly columnWidth: number; readonly y: number },
  chosen: ReadonlySet<number>,
  size: number,
  colors: ChartColors,
): void {
  const fontOf = (index: number): string =>
    `${chosen.has(index) ? 600 : 400} ${size}px ${colors.fontUi}`;
  const texts = names.map((name, index) => {
    context.font = fontOf(index);
    const text = shortened(context, name, WIDEST_NAME);
    return { text, width: context.measureText(text).width };
  });
  const widths = texts.map(({ width }) => width);
  context.textAlign = 'center';
  for (const { index, x, width } of placedNames(widths, strip, chosen)) {
    context.font = fontOf(index);
    context.fillStyle = chosen.has(index) ? colors.text1 : colors.text2;
    context.fillText(texts[index]?.text ?? '', x, strip.y, width);
  }
}
