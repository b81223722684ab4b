/** Recurrent cells, step by step, one number at a time. Reference: ops/recurrent.ts, and PyTorch's formulas there. */
import {
  RECURRENT_CELLS,
  type RecurrentCell,
  recurrentGradInputs,
  recurrentGradRows,
  recurrentInputs,
  recurrentRows,
} from '#engine/ops/recurrent.ts';
import type { Kernels, Tensor } from '../tensor.ts';

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** In the order in which they are computed. */
const stepsOf = (steps: number, reverse: boolean): readonly number[] =>
  Array.from({ length: steps }, (_, i) => (reverse ? steps - 1 - i : i));

/** Of one number of the state at one step: what the inputs and the state give to each gate. */
interface Step {
  readonly x: readonly number[];
  /** With what is added to it. */
  readonly h: readonly number[];
  readonly before: number;
  readonly cell: number;
}

/** The new state, that of the cell, and what is saved. */
interface Stepped {
  readonly state: number;
  readonly cell: number;
  readonly saved: readonly number[];
}

const cells: { readonly [C in RecurrentCell]: (step: Step) => Stepped } = {
  lstm({ x, h, cell: before }) {
    const sum = (gate: number): number => (x[gate] ?? NaN) + (h[gate] ?? NaN);
    const [i, f, g, o] = [sigmoid(sum(0)), sigmoid(sum(1)), Math.tanh(sum(2)), sigmoid(sum(3))];
    const cell = f * before + i * g;
    return { state: o * Math.tanh(cell), cell, saved: [i, f, g, o, cell] };
  },
  gru({ x: [xr = NaN, xz = NaN, xn = NaN], h: [hr = NaN, hz = NaN, hn = NaN], before, cell }) {
    const [r, z] = [sigmoid(xr + hr), sigmoid(xz + hz)];
    const n = Math.tanh(xn + r * hn);
    return { state: (1 - z) * n + z * before, cell, saved: [r, z, n, hn] };
  },
  tanh({ x: [x = NaN], h: [h = NaN], cell }) {
    const state = Math.tanh(x + h);
    return { state, cell, saved: [state] };
  },
  relu({ x: [x = NaN], h: [h = NaN], cell }) {
    const state = Math.max(x + h, 0);
    return { state, cell, saved: [state] };
  },
};

/** Back through a step: from the gradients of its state, and of the cell's. */
interface Back {
  readonly saved: readonly number[];
  readonly before: number;
  readonly cellBefore: number;
  readonly dy: number;
  readonly dcell: number;
}

interface WentBack {
  readonly gates: readonly number[];
  /** Of the product with the state, gate by gate. */
  readonly product: readonly number[];
  /** To the state before, past the product. */
  readonly before: number;
  readonly cell: number;
}

const slopes: { readonly [C in RecurrentCell]: (back: Back) => WentBack } = {
  lstm({ saved: [i = NaN, f = NaN, g = NaN, o = NaN, cell = NaN], cellBefore, dy, dcell }) {
    const tanh = Math.tanh(cell);
    const dc = dcell + dy * o * (1 - tanh * tanh);
    const gates = [
      dc * g * i * (1 - i),
      dc * cellBefore * f * (1 - f),
      dc * i * (1 - g * g),
      dy * tanh * o * (1 - o),
    ];
    return { gates, product: gates, before: 0, cell: dc * f };
  },
  gru({ saved: [r = NaN, z = NaN, n = NaN, product = NaN], before, dy }) {
    const dn = dy * (1 - z) * (1 - n * n);
    const dr = dn * product * r * (1 - r);
    const dz = dy * (before - n) * z * (1 - z);
    return { gates: [dr, dz, dn], product: [dr, dz, dn * r], before: dy * z, cell: 0 };
  },
  tanh({ saved: [y = NaN], dy }) {
    const gates = [dy * (1 - y * y)];
    return { gates, product: gates, before: 0, cell: 0 };
  },
  relu({ saved: [y = NaN], dy }) {
    const gates = [y > 0 ? dy : 0];
    return { gates, product: gates, before: 0, cell: 0 };
  },
};

/** Whether a sample has ended before this step; it has one at least. */
const isBeyond = (t: number, sample: number, lengths: Tensor | undefined): boolean =>
  lengths !== undefined && t > 0 && t >= lengths.at(sample);

/** `[batch, size]` of numbers between steps. */
const states = (count: number, first?: Tensor): number[] =>
  Array.from({ length: count }, (_, i) => first?.at(i) ?? 0);

export const recurrentKernels: Kernels<'recurrent' | 'recurrentGrad'> = {
  recurrent(all, y, params) {
    const { gates, weight, bias, hidden, cell, lengths } = recurrentInputs(all, params);
    const [steps, batch, width] = [gates.dim(0), gates.dim(1), gates.dim(2)];
    const size = weight.dim(1);
    const { gates: count, saved } = RECURRENT_CELLS[params.cell];
    const rows = recurrentRows(params, steps);
    const row = batch * size;
    let state = states(row, hidden);
    const ofCell = states(row, cell);
    y.data.fill(0);
    for (const t of stepsOf(steps, params.reverse)) {
      const next = [...state];
      for (let n = 0; n < batch; n++) {
        const isOver = isBeyond(t, n, lengths);
        for (let j = 0; j < size; j++) {
          const place = n * size + j;
          const at = (t * batch + n) * size + j;
          const before = state[place] ?? 0;
          if (rows.before) y.set(rows.before.start * row + at, before);
          if (isOver) continue;
          const product = (gate: number): number => {
            const line = gate * size + j;
            let sum = bias?.at(line) ?? 0;
            for (let k = 0; k < size; k++)
              sum += (state[n * size + k] ?? 0) * weight.at(line * size + k);
            return sum;
          };
          const each = Array.from({ length: count }, (_, gate) => gate);
          const x = each.map((gate) => gates.at((t * batch + n) * width + gate * size + j));
          const step = { x, h: each.map(product), before, cell: ofCell[place] ?? 0 };
          const stepped = cells[params.cell](step);
          next[place] = stepped.state;
          ofCell[place] = stepped.cell;
          if (rows.sequence) y.set(rows.sequence.start * row + at, stepped.state);
          stepped.saved.forEach((value, k) => {
            const to = ((t * batch + n) * saved + k) * size + j;
            if (rows.saved) y.set(rows.saved.start * row + to, value);
          });
        }
      }
      state = next;
    }
    state.forEach((value, place) => y.set(rows.hidden.start * row + place, value));
    const { cell: last } = rows;
    if (last) ofCell.forEach((value, place) => y.set(last.start * row + place, value));
  },
  recurrentGrad(all, dx, params) {
    const { saved, weight, cell, lengths, flows } = recurrentGradInputs(all, params);
    const [batch, size] = [saved.dim(1), saved.dim(2)];
    const { gates: count, saved: kept } = RECURRENT_CELLS[params.cell];
    const given = recurrentRows(params, params.steps);
    const to = recurrentGradRows(params);
    const row = batch * size;
    let dstate = states(row, flows.hidden);
    const dcell = states(row, flows.cell);
    dx.data.fill(0);
    const order = stepsOf(params.steps, params.reverse);
    [...order].reverse().forEach((t, back) => {
      const earlier = order[order.length - 2 - back];
      const next = [...dstate];
      for (let n = 0; n < batch; n++) {
        if (isBeyond(t, n, lengths)) continue;
        for (let j = 0; j < size; j++) {
          const place = n * size + j;
          const at = (t * batch + n) * size + j;
          const savedAt = (step: number, k: number): number =>
            saved.at((given.saved?.start ?? 0) * row + ((step * batch + n) * kept + k) * size + j);
          // Reversed, a sample begins at its own end, where the state of its cell is the first one.
          const isFirst = earlier === undefined || isBeyond(earlier, n, lengths);
          const went = slopes[params.cell]({
            saved: Array.from({ length: kept }, (_, k) => savedAt(t, k)),
            before: saved.at((given.before?.start ?? 0) * row + at),
            cellBefore: isFirst ? (cell?.at(place) ?? 0) : savedAt(earlier, kept - 1),
            dy: (dstate[place] ?? 0) + (flows.sequence?.at(at) ?? 0),
            dcell: dcell[place] ?? 0,
          });
          next[place] = went.before;
          dcell[place] = went.cell;
          for (let gate = 0; gate < count; gate++) {
            const gateAt = ((t * batch + n) * count + gate) * size + j;
            dx.set(to.gates.start * row + gateAt, went.gates[gate] ?? NaN);
            if (to.product) dx.set(to.product.start * row + gateAt, went.product[gate] ?? NaN);
          }
        }
        const from = (to.product ?? to.gates).start * row + (t * batch + n) * count * size;
        for (let k = 0; k < size; k++) {
          let sum = next[n * size + k] ?? 0;
          for (let line = 0; line < count * size; line++) {
            sum += dx.at(from + line) * weight.at(line * size + k);
          }
          next[n * size + k] = sum;
        }
      }
      dstate = next;
    });
    const { hidden: dhidden, cell: dlast } = to;
    if (dhidden) dstate.forEach((value, i) => dx.set(dhidden.start * row + i, value));
    if (dlast) dcell.forEach((value, i) => dx.set(dlast.start * row + i, value));
  },
};
