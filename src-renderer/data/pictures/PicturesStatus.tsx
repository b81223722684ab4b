/** Of pictures: what is wrong, how many there are, of what size. */
import { formatInteger } from '#renderer/ui/format.ts';
import { Icon } from '#renderer/ui/Icon.tsx';
import type { PartProps } from '../defineKind.ts';
import { FindingCounts } from '../FindingCounts.tsx';

const COLOURS: Readonly<Record<number, string>> = { 1: 'grey', 3: 'RGB', 4: 'RGBA' };

export function PicturesStatus({
  profile: { findings, count, classes, shape, duplicatesBetweenParts },
}: PartProps<'pictures'>) {
  const [channels, height, width] = shape;
  return (
    <>
      <FindingCounts findings={findings} />
      {duplicatesBetweenParts > 0 && (
        <span className="warn">
          <Icon name="warning" size={12} />
          {formatInteger(duplicatesBetweenParts)} near-duplicates between splits
        </span>
      )}
      <span>
        <b>{formatInteger(count)}</b> pictures
      </span>
      {classes.length > 1 && (
        <span>
          <b>{formatInteger(classes.length)}</b> classes
        </span>
      )}
      <span>
        {width}×{height} {COLOURS[channels] ?? `${channels} channels`}
      </span>
    </>
  );
}
