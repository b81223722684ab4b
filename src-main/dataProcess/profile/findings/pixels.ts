/** Columns that are the pixels of a picture, read as features. */
import { pixelNames, pictureShape } from '#engine/datasets/index.ts';
import { defineFinding, isFeature } from '../look.ts';
import { formatInteger } from '#engine/ir/numberText.ts';

const AS_THEY_ARE = { height: 0, width: 0, channels: 'auto' } as const;
/** Fewer may be numbered for another reason. */
const FEWEST = 49;

export default defineFinding({
  name: 'pixels',
  look(table) {
    const columns = table.columns.filter((each) => isFeature(each) || each.isLeftOut);
    const pixels = columns.filter(({ name, kind }) => kind !== 'words' && pixelNames.test(name));
    const shape = pixels.length < FEWEST ? null : pictureShape(pixels.length, AS_THEY_ARE);
    if (!shape) return [];
    const { channels, height, width } = shape;
    return [
      {
        ...{ severity: 'info', columns: [], fixes: [] },
        message: `${formatInteger(pixels.length)} columns are called as the pixels of pictures of ${channels}×${height}×${width}.`,
        consequence:
          'As a table they are features side by side. Read as "Pixels in a table" (pixels:FILE) they are pictures, which convolutions take.',
      },
    ];
  },
});
