/** Points and curves, and all numbers that have no form of their own. */
import { formatCount, formatInteger } from '#renderer/ui/format.ts';
import { defineKind, type PartProps } from '../defineKind.ts';
import { FindingCounts } from '../FindingCounts.tsx';
import { PointsSide } from '../points/PointsSide.tsx';
import { PointsWork } from '../points/PointsWork.tsx';

export default defineKind<'points'>({
  id: 'points',
  icon: 'target',
  size: ({ count, numbers, width }) =>
    `${formatCount(count, 'sample')}, ${formatCount(width - numbers.filter(({ isWanted }) => isWanted).length, 'number')}`,
  Work: PointsWork,
  Side: PointsSide,
  Status: PointsStatus,
});

function PointsStatus({ profile: { findings, count, classes } }: PartProps<'points'>) {
  return (
    <>
      <FindingCounts findings={findings} />
      <span>
        <b>{formatInteger(count)}</b> samples
      </span>
      {classes.length > 1 && (
        <span>
          <b>{formatInteger(classes.length)}</b> classes
        </span>
      )}
    </>
  );
}
