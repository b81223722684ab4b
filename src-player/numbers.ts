/** Numbers as the page shows them: as many digits as somebody reads, and no zeros behind them. Pure. */
import { trueMinus } from '#engine/runs/numberText.ts';

export const valueText = (value: number, digits = 4): string =>
  trueMinus(String(Number(value.toPrecision(digits))));

/** For fields, which take no true minus. */
export const fieldText = (value: number): string => String(Number(value.toPrecision(5)));

export const counted = (count: number, noun: string): string =>
  `${count} ${noun}${count === 1 ? '' : 's'}`;
