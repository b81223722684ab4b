/** Texts: files, a column of a table, or windows over long ones. */
import { formatCount, formatInteger, formatPercent } from '#renderer/ui/format.ts';
import { defineKind, type PartProps } from '../defineKind.ts';
import { FindingCounts } from '../FindingCounts.tsx';
import { TextsSide } from '../texts/TextsSide.tsx';
import { TextsWork } from '../texts/TextsWork.tsx';

export default defineKind<'text'>({
  id: 'text',
  icon: 'letter',
  size: ({ count, isWindows, vocabulary }) =>
    `${formatCount(count, isWindows ? 'window' : 'text')}, ${formatCount(vocabulary, 'token')}`,
  Work: TextsWork,
  Side: TextsSide,
  Status: TextStatus,
});

function TextStatus({ profile }: PartProps<'text'>) {
  const { findings, count, isWindows, vocabulary, unknown, tokenCount } = profile;
  return (
    <>
      <FindingCounts findings={findings} />
      <span>
        <b>{formatInteger(count)}</b> {isWindows ? 'windows' : 'texts'}
      </span>
      <span>
        <b>{formatInteger(vocabulary)}</b> tokens known
      </span>
      <span>{formatPercent(tokenCount > 0 ? unknown / tokenCount : 0)} of the text not</span>
    </>
  );
}
