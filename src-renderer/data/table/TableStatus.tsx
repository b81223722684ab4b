/** Of a table: how bad it is, how much of it is used, what statistics are made from. */
import { formatCount, formatInteger } from '#renderer/ui/format.ts';
import { FindingCounts } from '../FindingCounts.tsx';
import type { PartProps } from '../defineKind.ts';
import { isUsed } from './roles.ts';
import { usePreviewOf } from './useTablePreview.ts';

export function TableStatus({ data, profile }: PartProps<'table'>) {
  const preview = usePreviewOf(data);
  const used = profile.columns.filter(isUsed).length;
  return (
    <>
      <FindingCounts findings={profile.findings} />
      <span>
        <b>{formatInteger(profile.rows)}</b> {profile.rows === 1 ? 'row' : 'rows'}
      </span>
      <span>
        <b>{formatInteger(used)}</b> of {formatCount(profile.columns.length, 'column')} used
      </span>
      {preview && (
        <>
          <span>
            <b>{formatInteger(preview.slots.length)}</b>{' '}
            {preview.slots.length === 1 ? 'input' : 'inputs'}
          </span>
          <span className="optional">
            statistics from the {formatCount(preview.counts.train, 'training row')} only
          </span>
        </>
      )}
      {profile.rowsLookedAt < profile.rows && (
        <span className="optional">
          distributions of {formatInteger(profile.rowsLookedAt)} rows, drawn at random
        </span>
      )}
    </>
  );
}
