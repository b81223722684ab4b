/** Whole numbers of parts: sizes and shares that are multiples. */
export const ceilDiv = (a: number, b: number): number => Math.ceil(a / b);
export const roundUp = (value: number, multiple: number): number =>
  ceilDiv(value, multiple) * multiple;
export const roundDown = (value: number, multiple: number): number =>
  Math.floor(value / multiple) * multiple;
