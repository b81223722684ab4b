/**
 * Loss scaling: the loss's gradient is multiplied on its way back, so that small gradients survive 16-bit
 * storage, and divided out of the weights' gradients. A step whose gradients overflow is not taken and the
 * factor halved; after many good steps it is doubled. Powers of two, so that nothing else changes. A step that
 * was not taken is none for the optimiser either: Adam's corrections do not move on.
 * Reference: Micikevicius et al., "Mixed precision training", https://arxiv.org/abs/1710.03740; numbers as
 * torch.amp.GradScaler has them.
 */
import type { GraphBuilder, Value } from '../ops/builder.ts';
import { add, div, mul, shift, sub, sumAll } from '../ops/nn.ts';

/** Buffers that belong to the optimiser's state: `$`, so not to the model. */
export const OPTIMIZER_STATE = '$optimizer.';
export const LOSS_SCALE = `${OPTIMIZER_STATE}lossScale`;
const GOOD_STEPS = `${OPTIMIZER_STATE}goodSteps`;
const SKIPPED_STEPS = `${OPTIMIZER_STATE}skippedSteps`;
const COUNTS = '$skippedStepCounts';

const FIRST_SCALE = 2 ** 16;
const LARGEST_SCALE = 2 ** 24;
const GROWTH_INTERVAL = 2000;
/**
 * Which steps overflow is known on the device alone, so the host feeds each scalar as it is after no skipped
 * step, after one, and so on. More than the first dozen come one in 2000 steps or fewer: an Adam that counts
 * one of 2000 steps too many makes an error of less than 1e-3 only where its correction still moves, which
 * after 64 * 2000 steps is no more.
 */
export const SKIPS_KNOWN = 64;

export class LossScale {
  /** What the gradient of the loss starts with. */
  readonly factor: Value;
  readonly #builder: GraphBuilder;
  readonly #goodSteps: Value;

  constructor(builder: GraphBuilder) {
    this.#builder = builder;
    const buffer = (name: string, value: number): Value =>
      builder.leaf({ kind: 'buffer', name, init: { kind: 'constant', value } }, SCALAR);
    this.factor = buffer(LOSS_SCALE, FIRST_SCALE);
    this.#goodSteps = buffer(GOOD_STEPS, 0);
  }

  unscale(gradients: Value): Value {
    return mul(this.#builder, gradients, div(this.#builder, this.#constant(1), this.factor));
  }

  /** Of a scalar fed for every number of skipped steps, the one that holds for this objective. */
  scalarOf(objective: number, scalars: Value): Value {
    const g = this.#builder;
    const values = Array.from({ length: SKIPS_KNOWN }, (_, count) => count);
    const init = { kind: 'values', values } as const;
    const counts = g.leaf({ kind: 'buffer', name: COUNTS, init }, scalars.type);
    const last = this.#constant(SKIPS_KNOWN - 1);
    const skipped = g.emit('minimum', [this.#skipped(objective), last], {});
    return sumAll(g, mul(g, scalars, g.emit('equal', [counts, skipped], {})));
  }

  /** After the update of an objective; `finite` is 1 where its gradients were numbers, else 0. */
  count(objective: number, finite: Value): void {
    const g = this.#builder;
    const skipped = this.#skipped(objective);
    g.emit('assign', [skipped, sub(g, shift(g, skipped, 1), finite)], {});
  }

  #skipped(objective: number): Value {
    const name = `${SKIPPED_STEPS}.${objective}`;
    const zero = { kind: 'constant', value: 0 } as const;
    return this.#builder.leaf({ kind: 'buffer', name, init: zero }, SCALAR);
  }

  /** For the next step; `finite` is 1 where this one's gradients are numbers, else 0. */
  adjust(finite: Value): void {
    const g = this.#builder;
    const good = mul(g, finite, shift(g, this.#goodSteps, 1));
    const grow = g.emit('greaterThan', [good], { threshold: GROWTH_INTERVAL - 0.5 });
    // 1/2 after an overflow, 1 mostly, 2 now and then.
    const change = add(g, g.emit('affine', [finite], { scale: 0.5, shift: 0.5 }), grow);
    const wanted = mul(g, this.factor, change);
    const atMost = g.emit('minimum', [wanted, this.#constant(LARGEST_SCALE)], {});
    g.emit('assign', [this.factor, g.emit('maximum', [atMost, this.#constant(1)], {})], {});
    const since = mul(g, good, g.emit('affine', [grow], { scale: -1, shift: 1 }));
    g.emit('assign', [this.#goodSteps, since], {});
  }

  #constant(value: number): Value {
    return this.#builder.emit('full', [], { shape: [], value });
  }
}
const SCALAR = { dtype: 'f32', shape: [] } as const;
