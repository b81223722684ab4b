/** What became of each mutant, as JSON and as tables. */
import type { Equivalent } from './equivalents.ts';
import type { Judged } from './judge.ts';

export interface Row {
  readonly file: string;
  readonly line: number;
  readonly code: string;
  readonly kind: string;
  readonly change: string;
  readonly state: 'caught' | 'survived' | 'equivalent';
  /** The test that catches it. */
  readonly caughtBy?: string;
  /** Why it changes nothing. */
  readonly reason?: string;
  /** Test files that run it, though none catches it. */
  readonly reachedBy?: readonly string[];
}

export function rowsOf(
  judged: readonly Judged[],
  equivalents: readonly Equivalent[],
): readonly Row[] {
  return judged.map(({ mutant, caughtBy, reachedBy }) => {
    const { file, line, code, kind, change } = mutant;
    const place = { file, line, code, kind, change };
    if (caughtBy !== null) return { ...place, state: 'caught', caughtBy };
    const reason = equivalents.find(
      (each) => each.file === file && each.code === code && each.change === change,
    )?.reason;
    return reason === undefined
      ? { ...place, state: 'survived', reachedBy }
      : { ...place, state: 'equivalent', reason };
  });
}

/** Of those that change something, how many are caught. */
export function score(rows: readonly Row[]): { readonly caught: number; readonly of: number } {
  const counted = rows.filter(({ state }) => state !== 'equivalent');
  return { caught: counted.filter(({ state }) => state === 'caught').length, of: counted.length };
}

export const scoreText = (rows: readonly Row[]): string => {
  const { caught, of } = score(rows);
  return `${caught} of ${of} caught${of > 0 ? ` (${((100 * caught) / of).toFixed(1)}%)` : ''}`;
};

const folderOf = ({ file }: Row): string => file.split('/').slice(0, 2).join('/');

/** In Markdown: the score of each folder, then what survived with its place. */
export function tableOf(rows: readonly Row[]): string {
  const folders = [...new Set(rows.map(folderOf))].sort();
  const cell = (text: string): string => `\`${text.replaceAll('|', '\\|').replaceAll('`', "'")}\``;
  const survived = rows.filter(({ state }) => state === 'survived');
  const equivalent = rows.filter(({ state }) => state === 'equivalent');
  const listed = (title: string, each: readonly Row[], note: (row: Row) => string): string[] => [
    ...['', `## ${title}`, '', '| Place | Line | Change | |', '| --- | --- | --- | --- |'],
    ...each.map(
      (row) =>
        `| ${row.file}:${row.line} | ${cell(row.code)} | ${cell(row.change)} | ${note(row)} |`,
    ),
  ];
  return [
    ...['| Folder | Caught |', '| --- | --- |'],
    ...folders.map(
      (folder) => `| ${folder} | ${scoreText(rows.filter((row) => folderOf(row) === folder))} |`,
    ),
    `| all | ${scoreText(rows)} |`,
    ...listed(
      'Survived',
      survived,
      ({ reachedBy = [] }) => `run by ${reachedBy.length} test files`,
    ),
    ...listed('Equivalent', equivalent, ({ reason = '' }) => reason),
    '',
  ].join('\n');
}
