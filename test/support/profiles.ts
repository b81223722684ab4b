/** Profiles of tables that exist only in a test, made as the process that reads data makes them. */
import type { SourceOptions } from '#engine/datasets/index.ts';
import type { Finding, TableProfile } from '#engine/protocol/index.ts';
import type { SplitSettings } from '#engine/ir/batches.ts';
import { profileTable, tableOf } from '#main/dataProcess/profile/profileTable.ts';
import { tableReader } from '#main/dataProcess/tables/tables.ts';
import { tableFiles } from './tableFiles.ts';

export function profileText(
  text: string,
  options: SourceOptions = {},
  split?: SplitSettings,
): Promise<TableProfile> {
  const asked = tableOf('csv:t.csv', options);
  if (!asked) throw new Error('CSV is a table');
  const tables = tableReader(tableFiles({ 't.csv': text }));
  const request = { rowsShown: 5, ...(split && { split }) };
  return profileTable(tables, asked, request, { sizeBytes: text.length }, () => Promise.resolve());
}

export const found = ({ findings }: TableProfile, code: string): readonly Finding[] =>
  findings.filter((finding) => finding.code === `profile.${code}`);
