/** The operator sets that files are written for. */

/** The IR version that came with each opset. */
export const OPSETS = { 17: 8, 18: 8, 19: 9, 20: 9, 21: 10 } as const;
export type Opset = keyof typeof OPSETS;
export const DEFAULT_OPSET: Opset = 17;
