/**
 * Layers in plain loops over doubles, forward and backward, to compare the engine with. Nothing of the engine
 * is in here: no ops, no compiler, no kernels. Written to be read, not to be fast.
 */

export type Numbers = Float64Array;

export interface PlainLayer {
  readonly name: string;
  /** Of `count` samples. */
  forward(x: Numbers, count: number): Numbers;
  /** The gradient of what went in; those of weights are left in `gradients`. Of the last `forward`. */
  backward(dy: Numbers): Numbers;
  readonly weights: Map<string, Numbers>;
  readonly gradients: Map<string, Numbers>;
}

const at = (values: ArrayLike<number>, i: number): number => values[i] ?? NaN;
const put = (values: Numbers, i: number, value: number): void => {
  values[i] = at(values, i) + value;
};

abstract class Layer implements PlainLayer {
  readonly weights = new Map<string, Numbers>();
  readonly gradients = new Map<string, Numbers>();
  readonly name: string;
  protected x: Numbers = new Float64Array(0);

  constructor(name: string) {
    this.name = name;
  }
  abstract forward(x: Numbers, count: number): Numbers;
  abstract backward(dy: Numbers): Numbers;

  protected weight(key: string): Numbers {
    return this.weights.get(`${this.name}.${key}`) ?? new Float64Array(0);
  }
  protected gradient(key: string): Numbers {
    const zeros = new Float64Array(this.weight(key).length);
    this.gradients.set(`${this.name}.${key}`, zeros);
    return zeros;
  }
}

export class PlainLinear extends Layer {
  forward(x: Numbers, count: number): Numbers {
    this.x = x;
    const [weight, bias] = [this.weight('weight'), this.weight('bias')];
    const [width, units] = [x.length / count, bias.length];
    return Float64Array.from({ length: count * units }, (_, i) => {
      const [n, unit] = [Math.floor(i / units), i % units];
      let sum = at(bias, unit);
      for (let k = 0; k < width; k++) sum += at(x, n * width + k) * at(weight, unit * width + k);
      return sum;
    });
  }

  backward(dy: Numbers): Numbers {
    const weight = this.weight('weight');
    const [dw, db] = [this.gradient('weight'), this.gradient('bias')];
    const [units, width] = [db.length, dw.length / db.length];
    const dx = new Float64Array(this.x.length);
    dy.forEach((value, i) => {
      const [n, unit] = [Math.floor(i / units), i % units];
      put(db, unit, value);
      for (let k = 0; k < width; k++) {
        put(dw, unit * width + k, value * at(this.x, n * width + k));
        put(dx, n * width + k, value * at(weight, unit * width + k));
      }
    });
    return dx;
  }
}

export class PlainReLU extends Layer {
  forward(x: Numbers): Numbers {
    this.x = x;
    return x.map((value) => Math.max(0, value));
  }
  backward(dy: Numbers): Numbers {
    return dy.map((value, i) => (at(this.x, i) > 0 ? value : 0));
  }
}

export class PlainFlatten extends Layer {
  forward(x: Numbers): Numbers {
    return x;
  }
  backward(dy: Numbers): Numbers {
    return dy;
  }
}

/** Square images; kernels of 3 x 3 with a border of one, so that the size stays. */
export class PlainConv3x3 extends Layer {
  readonly #inChannels: number;
  readonly #size: number;

  constructor(name: string, inChannels: number, size: number) {
    super(name);
    this.#inChannels = inChannels;
    this.#size = size;
  }

  forward(x: Numbers, count: number): Numbers {
    this.x = x;
    const [weight, bias] = [this.weight('weight'), this.weight('bias')];
    const y = new Float64Array(count * bias.length * this.#size ** 2);
    for (let i = 0; i < y.length; i++) {
      y[i] = at(bias, Math.floor(i / this.#size ** 2) % bias.length);
    }
    this.#taps(y.length, bias.length, (to, from, tap) => put(y, to, at(x, from) * at(weight, tap)));
    return y;
  }

  backward(dy: Numbers): Numbers {
    const weight = this.weight('weight');
    const [dw, db] = [this.gradient('weight'), this.gradient('bias')];
    const dx = new Float64Array(this.x.length);
    dy.forEach((value, i) => put(db, Math.floor(i / this.#size ** 2) % db.length, value));
    this.#taps(dy.length, db.length, (to, from, tap) => {
      put(dw, tap, at(dy, to) * at(this.x, from));
      put(dx, from, at(dy, to) * at(weight, tap));
    });
    return dx;
  }

  /** Each product of a convolution: index of the output, of the input and of the weight. */
  #taps(
    length: number,
    outChannels: number,
    body: (to: number, from: number, tap: number) => void,
  ): void {
    const [size, area] = [this.#size, this.#size ** 2];
    for (let to = 0; to < length; to++) {
      const [column, row] = [to % size, Math.floor(to / size) % size];
      const out = Math.floor(to / area) % outChannels;
      const sample = Math.floor(to / area / outChannels);
      for (let channel = 0; channel < this.#inChannels; channel++) {
        for (let tap = 0; tap < 9; tap++) {
          const [r, c] = [row + Math.floor(tap / 3) - 1, column + (tap % 3) - 1];
          if (r < 0 || c < 0 || r >= size || c >= size) continue;
          const from = (sample * this.#inChannels + channel) * area + r * size + c;
          body(to, from, (out * this.#inChannels + channel) * 9 + tap);
        }
      }
    }
  }
}

/** Square images of an even size; windows of 2 x 2, side by side. */
export class PlainMaxPool2x2 extends Layer {
  readonly #size: number;
  #chosen = new Int32Array(0);

  constructor(name: string, size: number) {
    super(name);
    this.#size = size;
  }

  forward(x: Numbers): Numbers {
    this.x = x;
    const [size, half] = [this.#size, this.#size / 2];
    this.#chosen = Int32Array.from({ length: x.length / 4 }, (_, i) => {
      const [column, row] = [i % half, Math.floor(i / half) % half];
      const first = Math.floor(i / half ** 2) * size ** 2 + 2 * row * size + 2 * column;
      const window = [first, first + 1, first + size, first + size + 1];
      return window.reduce((best, next) => (at(x, next) > at(x, best) ? next : best));
    });
    return Float64Array.from(this.#chosen, (i) => at(x, i));
  }

  backward(dy: Numbers): Numbers {
    const dx = new Float64Array(this.x.length);
    dy.forEach((value, i) => put(dx, at(this.#chosen, i), value));
    return dx;
  }
}

/** The gradient of the mean cross entropy over the samples, with respect to the logits. */
export function crossEntropyGradient(logits: Numbers, labels: readonly number[]): Numbers {
  const [count, classes] = [labels.length, logits.length / labels.length];
  const gradient = new Float64Array(logits.length);
  labels.forEach((label, n) => {
    const own = logits.subarray(n * classes, (n + 1) * classes).map(Math.exp);
    const sum = own.reduce((a, b) => a + b, 0);
    own.forEach((value, k) => {
      gradient[n * classes + k] = (value / sum - (k === label ? 1 : 0)) / count;
    });
  });
  return gradient;
}
