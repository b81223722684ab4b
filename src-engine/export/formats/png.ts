/** The graph as pixels, for whatever takes no SVG. */
import { inputError } from '#engine/ir/problem.ts';
import { formatCount } from '#engine/runs/numberText.ts';
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
    const { png, widthPx, heightPx, missingLetters } = await host.rasterise(svg, scale);
    const bytes = options.project ? carriedInPng(png, subject.document, host.compression) : png;
    return { bytes, widthPx, heightPx, notes: lettersNote(missingLetters) };
  },
});

/** More are counted. */
const TOLD_LETTERS = 12;

function lettersNote(letters: readonly string[]): readonly string[] {
  if (letters.length === 0) return [];
  const told = letters.slice(0, TOLD_LETTERS).join(' ');
  const more = letters.length - TOLD_LETTERS;
  const others = more > 0 ? ` and ${formatCount(more, 'other')}` : '';
  return [
    `The fonts of pictures do not have ${told}${others}: left out. As SVG they are drawn by whoever shows it.`,
  ];
}
