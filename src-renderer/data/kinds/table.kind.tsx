/** Tables: rows and columns, whatever file they were read from. */
import { formatCount } from '#renderer/ui/format.ts';
import { defineKind } from '../defineKind.ts';
import { TableSide } from '../table/TableSide.tsx';
import { TableStatus } from '../table/TableStatus.tsx';
import { TableWork } from '../table/TableWork.tsx';

export default defineKind<'table'>({
  id: 'table',
  icon: 'table',
  size: ({ rows, columns }) =>
    `${formatCount(rows, 'row')}, ${formatCount(columns.length, 'column')}`,
  Work: TableWork,
  Side: TableSide,
  Status: TableStatus,
});
