/**
 * What a recurrent cell does to one number of the state, and the way back, as WGSL: statements over `x0`, `x1`, ...
 * (what inputs give to each gate), `h0`, ... (what the state gives, with what is added to it), `before` and `cell`.
 * Total over the cells. Not the products nor the loops over steps (recurrent.ts).
 */
import type { RecurrentCell } from '#engine/ops/recurrent.ts';

interface CellCode {
  /** Makes `state`, `s0`, ... (what is saved) and, where there is one, `ofCell`. */
  readonly forward: string;
  /**
   * From `s0`, ..., `before`, `cellBefore`, `dy` and `dcell` makes `d0`, ... (gates), `p0`, ... (the product, where
   * it is another), `past` (to the state before, past the product) and, where there is one, `dbefore` of the cell.
   */
  readonly back: string;
}

export const CELL_CODE: { readonly [C in RecurrentCell]: CellCode } = {
  lstm: {
    forward: `
let s0 = nl_sigmoid(x0 + h0);
let s1 = nl_sigmoid(x1 + h1);
let s2 = nl_tanh(x2 + h2);
let s3 = nl_sigmoid(x3 + h3);
let s4 = s1 * cell + s0 * s2;
let ofCell = s4;
let state = s3 * nl_tanh(s4);`,
    back: `
let tanhOfCell = nl_tanh(s4);
let dc = dcell + dy * s3 * (1.0 - tanhOfCell * tanhOfCell);
let d0 = dc * s2 * s0 * (1.0 - s0);
let d1 = dc * cellBefore * s1 * (1.0 - s1);
let d2 = dc * s0 * (1.0 - s2 * s2);
let d3 = dy * tanhOfCell * s3 * (1.0 - s3);
let past = 0.0;
let dbefore = dc * s1;`,
  },
  gru: {
    forward: `
let s0 = nl_sigmoid(x0 + h0);
let s1 = nl_sigmoid(x1 + h1);
let s2 = nl_tanh(x2 + s0 * h2);
let s3 = h2;
let state = s2 + s1 * (before - s2);`,
    back: `
let d2 = dy * (1.0 - s1) * (1.0 - s2 * s2);
let d1 = dy * (before - s2) * s1 * (1.0 - s1);
let d0 = d2 * s3 * s0 * (1.0 - s0);
let p0 = d0;
let p1 = d1;
let p2 = d2 * s0;
let past = dy * s1;`,
  },
  tanh: {
    forward: `
let s0 = nl_tanh(x0 + h0);
let state = s0;`,
    back: `
let d0 = dy * (1.0 - s0 * s0);
let past = 0.0;`,
  },
  relu: {
    forward: `
let s0 = max(x0 + h0, 0.0);
let state = s0;`,
    back: `
let d0 = select(0.0, dy, s0 > 0.0);
let past = 0.0;`,
  },
};
