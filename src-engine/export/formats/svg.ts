/** The graph as a drawing: sharp at any size, text as text. */
import { FONT_NAMES } from '#engine/drawing/text.ts';
import { element } from '#engine/drawing/markup.ts';
import { definePictureFormat } from '../define.ts';
import { carriedInSvg } from '../picture/carried.ts';
import { drawPicture } from '../picture/draw.ts';
import { PICTURE_OPTIONS } from '../picture/options.ts';

export default definePictureFormat({
  id: 'svg',
  order: 10,
  label: 'SVG picture',
  doc: 'for papers and slides',
  extension: 'svg',
  mediaType: 'image/svg+xml',
  options: {
    ...PICTURE_OPTIONS,
    fonts: {
      kind: 'bool',
      label: 'Embed fonts',
      default: true,
      help: 'Browsers show the letters as here on every machine. Inkscape and LaTeX take fonts that are installed either way.',
    },
  },
  async draw(subject, options, host) {
    const { document } = subject;
    const fonts = options.fonts ? await host.webFonts() : [];
    const faces = fonts.map(
      ({ family, woff2 }) =>
        `@font-face{font-family:'${FONT_NAMES[family]}';font-weight:100 900;src:url(data:font/woff2;base64,${woff2}) format('woff2')}`,
    );
    const head = [
      ...(options.project ? [carriedInSvg(document, host.compression)] : []),
      ...(faces.length > 0 ? [element('style', {}, faces.join(''))] : []),
    ];
    const { svg, width, height } = drawPicture(subject, options, head);
    const text = `<?xml version="1.0" encoding="UTF-8"?>\n${svg}\n`;
    return { bytes: new TextEncoder().encode(text), widthPx: width, heightPx: height, notes: [] };
  },
});
