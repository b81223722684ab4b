/** Series: made up, or windows over the columns of a table. */
import { formatCount, formatInteger } from '#renderer/ui/format.ts';
import { defineKind, type PartProps } from '../defineKind.ts';
import { FindingCounts } from '../FindingCounts.tsx';
import { SeriesSide } from '../series/SeriesSide.tsx';
import { SeriesWork } from '../series/SeriesWork.tsx';

export default defineKind<'series'>({
  id: 'series',
  icon: 'chart',
  size: ({ count, window }) => `${formatCount(count, 'window')} of ${formatCount(window, 'step')}`,
  Work: SeriesWork,
  Side: SeriesSide,
  Status: SeriesStatus,
});

function SeriesStatus({ profile }: PartProps<'series'>) {
  const { findings, count, seriesCount, window } = profile;
  return (
    <>
      <FindingCounts findings={findings} />
      <span>
        <b>{formatInteger(count)}</b> windows
      </span>
      <span>
        <b>{formatInteger(seriesCount)}</b> series
      </span>
      <span>
        <b>{formatInteger(window)}</b> steps known
      </span>
    </>
  );
}
