/** Words and signs for columns of a table. Pure. */
import type { ColumnProfile, ColumnType } from '#engine/protocol/profileContract.ts';
import { formatNumber } from '#renderer/ui/format.ts';
import type { IconName } from '#renderer/ui/Icon.tsx';

export const TYPE_LABELS: Readonly<Record<ColumnType, string>> = {
  integer: 'integer',
  number: 'number',
  date: 'date',
  yesNo: 'yes or no',
  category: 'category',
  text: 'text',
  empty: 'empty',
};

export const TYPE_ICONS: Readonly<Record<ColumnType, IconName>> = {
  integer: 'hash',
  number: 'hash',
  date: 'clock',
  yesNo: 'toggle',
  category: 'letter',
  text: 'letter',
  empty: 'minus',
};

export const isNumeric = ({ type }: Pick<ColumnProfile, 'type'>): boolean =>
  type === 'integer' || type === 'number';

export const figure = (value: number): string => formatNumber(value, 4);

/** The word that most rows have, or the fullest bin's place. */
export function mostFrequent({ distribution }: ColumnProfile): string | null {
  if (distribution?.kind !== 'words') return null;
  const [most] = distribution.words.toSorted((a, b) => b.count - a.count);
  return most?.word ?? null;
}

/** `by its name` -> `By its name.` */
export const sentence = (text: string): string =>
  `${text.slice(0, 1).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`;
