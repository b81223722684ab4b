/** Text of drawn graphs: as text, so that it can be searched, edited and set in another font. Pure. */
import { element, escaped } from './markup.ts';
import { fitted, type Font } from './textWidth.ts';

export const FONT_NAMES: Readonly<Record<Font['family'], string>> = {
  text: 'Inter',
  mono: 'JetBrains Mono',
};

/** Where the first is missing the next stands in, down to what every machine has. */
export const FONT_FAMILIES: Readonly<Record<Font['family'], string>> = {
  text: `${FONT_NAMES.text}, 'Helvetica Neue', Arial, 'Liberation Sans', sans-serif`,
  mono: `'${FONT_NAMES.mono}', Menlo, Consolas, 'DejaVu Sans Mono', monospace`,
};

export interface TextPlace {
  readonly x: number;
  /** Of the baseline. */
  readonly y: number;
  readonly fill: string;
  readonly font: Font;
  readonly anchor?: 'middle' | 'end';
  /** What does not fit ends in an ellipsis. */
  readonly widthPx?: number;
  /** Drawn around the letters, so that lines behind them end before. */
  readonly halo?: string | undefined;
}

export function text(content: string, place: TextPlace): string {
  const { x, y, fill, font, anchor, widthPx, halo } = place;
  const shown = widthPx === undefined ? content : fitted(content, font, widthPx);
  if (shown === '') return '';
  return element(
    'text',
    {
      ...{ x, y, fill },
      'font-family': FONT_FAMILIES[font.family],
      'font-size': font.sizePx,
      'font-weight': font.isBold ? 600 : undefined,
      'text-anchor': anchor,
      // Arrows and the like are meant as they are written.
      style: font.family === 'mono' ? 'font-variant-ligatures:none' : undefined,
      ...(halo !== undefined && {
        stroke: halo,
        'stroke-width': 4,
        'stroke-linejoin': 'round',
        'paint-order': 'stroke',
      }),
    },
    escaped(shown),
  );
}
