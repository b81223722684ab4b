/** What the steps share that shift and divide, as operators and in Python. */
import type { Operators } from './define.ts';

export const scaled = (
  e: Operators,
  value: string,
  { shift, by }: { readonly shift: number; readonly by: number },
): string => e.op('Div', [e.op('Sub', [value, e.floats([shift], [1])]), e.floats([by], [1])]);

export const SCALE_PYTHON = 'return [(column - fitted["shift"]) / fitted["by"]]';
