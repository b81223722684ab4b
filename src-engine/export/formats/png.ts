/** The graph as pixels, for whatever takes no SVG. */
import { inputError } from '#engine/ir/problem.ts';
import { definePictureFormat } from '../define.ts';
import { carriedInPng } from '../picture/carried.ts';
import { drawPicture } from '../picture/draw.ts';
import { PICTURE_OPTIONS } from '../picture/options.ts';

/** Four bytes each while it is drawn, and every viewer needs them again. */
const MOST_PIXELS = 64e6;

export default definePictureFormat({
  id: 'png',
  order: 11,
  label: 'PNG picture',
  doc: 'for everything else',
  extension: 'png',
  mediaType: 'image/png',
  options: {
    ...PICTURE_OPTIONS,
    scale: {
      kind: 'number',
      default: 2,
      min: 0.25,
      max: 8,
      help: 'Pixels for each pixel of the canvas; 2 to 4 for print.',
    },
  },
  async draw(subject, options, host) {
    const { svg, width, height } = drawPicture(subject, options);
    const { scale } = options;
    if (width * height * scale ** 2 > MOST_PIXELS) {
      const most = Math.floor(100 * Math.sqrt(MOST_PIXELS / (width * height))) / 100;
      throw inputError('picture.too-large', 'The picture would have more than 64 million pixels.', {
        path: 'scale',
        explanation: `Its scale may be at most ${most}; as SVG it has no such limit.`,
      });
    }
    const { png, widthPx, heightPx } = await host.rasterise(svg, scale);
    const bytes = options.project ? carriedInPng(png, subject.document, host.compression) : png;
    return { bytes, widthPx, heightPx };
  },
});
