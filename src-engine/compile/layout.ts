/**
 * Where persistent tensors live: one place per leaf, the same in every program of a run. Parameters,
 * their gradients and what optimisers keep of each have the same offsets in parallel stretches.
 */
import type { Initializer, Leaf } from '../ir/graph.ts';
import { type ConcreteShape, type ConcreteType, sizeBytes } from '../ir/tensor.ts';
import { type Arena, ARENAS, type BufferRef, type MemoryLayout } from './program.ts';

/**
 * A multiple of cache lines and of every vector width in use; and so much that GPUs can bind any two tensors
 * apart (https://www.w3.org/TR/webgpu/#dom-supported-limits-minstoragebufferoffsetalignment).
 */
export const ALIGNMENT_BYTES = 256;

export const aligned = (bytes: number): number =>
  Math.ceil(bytes / ALIGNMENT_BYTES) * ALIGNMENT_BYTES;

export interface ParameterSlot {
  /** PyTorch's state_dict key: `fc1.weight`. */
  readonly name: string;
  readonly node: string;
  readonly init: Initializer;
  readonly ref: BufferRef;
  readonly gradient: BufferRef;
}
/** A stretch of the parameter arena and of those parallel to it, in elements. */
export interface ArenaRange {
  readonly offset: number;
  readonly length: number;
}
/** What an optimiser keeps of one parameter. */
export interface OptimizerSlot {
  /** PyTorch's key in the state of its optimisers: `exp_avg`. */
  readonly slot: string;
  readonly index: number;
  readonly parameter: string;
  readonly ref: BufferRef;
}
/** What an optimiser keeps of the parameters of these nodes. */
export interface SlotUse {
  readonly nodes: readonly string[];
  readonly slots: readonly string[];
  /** Absent: as the parameter itself. Null: nothing of this parameter. */
  readonly shapeOf?: ((slot: string, parameter: ConcreteShape) => ConcreteShape | null) | undefined;
}
export interface BufferSlot {
  readonly name: string;
  readonly init: Initializer;
  readonly ref: BufferRef;
}

export class Layout {
  readonly parameters = new Map<string, ParameterSlot>();
  readonly buffers = new Map<string, BufferSlot>();
  readonly optimizerSlots: OptimizerSlot[] = [];
  readonly #places = new Map<string, BufferRef>();
  readonly #sizes: Record<Arena, number>;
  #evaluatesAverage = false;

  constructor(
    parameters: readonly {
      readonly name: string;
      readonly node: string;
      readonly shape: ConcreteShape;
      readonly init: Initializer;
    }[],
  ) {
    this.#sizes = Object.fromEntries(ARENAS.map((arena) => [arena, 0])) as Record<Arena, number>;
    for (const { name, node, shape, init } of parameters) {
      const type: ConcreteType = { dtype: 'f32', shape };
      const ref = this.#take('parameters', type);
      this.parameters.set(name, {
        name,
        node,
        init,
        ref,
        gradient: { ...ref, arena: 'gradients' },
      });
    }
    this.#sizes.gradients = this.#sizes.parameters;
  }

  /** The stretch of the parameter arena that the parameters of these nodes take, one after the other. */
  rangeOf(nodes: readonly string[]): ArenaRange {
    const slots = this.slotsOfNodes(nodes);
    const starts = slots.map(({ ref }) => ref.offsetBytes);
    const ends = slots.map(({ ref }) => ref.offsetBytes + aligned(sizeBytes(ref.type)));
    const offset = Math.min(...starts) / 4;
    const length = Math.max(...ends) / 4 - offset;
    const whole = slots.reduce((sum, { ref }) => sum + aligned(sizeBytes(ref.type)) / 4, 0);
    if (whole !== length) throw new Error(`the parameters of ${nodes.join(', ')} lie apart`);
    return { offset, length };
  }

  /** Those of a graph's parameters, by name, that belong to these nodes. */
  parametersOf<T>(
    nodes: readonly string[],
    parameters: ReadonlyMap<string, T>,
  ): ReadonlyMap<string, T> {
    const wanted = new Set(nodes);
    return new Map([...parameters].filter(([name]) => wanted.has(this.#parameter(name).node)));
  }

  /** Elements of the parameter arena, padding included (it stays zero through every update). */
  get arenaLength(): number {
    return this.#sizes.parameters / 4;
  }

  /**
   * What the optimiser of each group keeps, by its names; different optimisers keep theirs side by side, and
   * what has a shape of its own lies behind all that is parallel to the parameters.
   */
  useSlots(groups: readonly SlotUse[]): void {
    const parallel = groups.filter(({ shapeOf }) => !shapeOf);
    const most = Math.max(0, ...parallel.map(({ slots }) => slots.length));
    this.#sizes.optimizer = most * this.#sizes.parameters;
    for (const { nodes, slots, shapeOf } of groups) {
      const own = this.slotsOfNodes(nodes);
      for (const [index, slot] of slots.entries()) {
        if (shapeOf) {
          for (const { name, ref } of own) {
            const shape = shapeOf(slot, ref.type.shape);
            if (!shape) continue;
            const place = this.#take('optimizer', { dtype: 'f32', shape });
            this.optimizerSlots.push({ slot, index, parameter: name, ref: place });
          }
          continue;
        }
        const startBytes = this.slotOffset(index) * 4;
        for (const { name, ref } of own) {
          const offsetBytes = startBytes + ref.offsetBytes;
          this.optimizerSlots.push({
            slot,
            index,
            parameter: name,
            ref: { ...ref, arena: 'optimizer', offsetBytes },
          });
        }
      }
    }
  }

  /** Keeps an average beside the parameters; `evaluate`: what does not train computes with it. */
  useAverage({ evaluate }: { readonly evaluate: boolean }): void {
    this.#sizes.average = this.#sizes.parameters;
    this.#evaluatesAverage = evaluate;
  }

  get keepsAverage(): boolean {
    return this.#sizes.average > 0;
  }

  get evaluatesAverage(): boolean {
    return this.#evaluatesAverage;
  }

  /** Parameters of these nodes, in the order of the arena. */
  slotsOfNodes(nodes: readonly string[]): readonly ParameterSlot[] {
    const wanted = new Set(nodes);
    return [...this.parameters.values()].filter(({ node }) => wanted.has(node));
  }

  /** Where the slot with this index begins in the optimiser's arena, in elements. */
  slotOffset(index: number): number {
    return index * this.arenaLength;
  }

  place(leaf: Leaf, type: ConcreteType): BufferRef {
    switch (leaf.kind) {
      case 'parameter':
        return this.#parameter(leaf.name).ref;
      case 'gradient':
        return this.#parameter(leaf.name).gradient;
      case 'average':
        return { ...this.#parameter(leaf.name).ref, arena: 'average' };
      case 'arena':
        return { arena: leaf.arena, offsetBytes: leaf.offset * 4, type };
      case 'buffer': {
        const ref = this.#once(`buffer:${leaf.name}`, 'buffers', type);
        if (!this.buffers.has(leaf.name)) {
          this.buffers.set(leaf.name, { name: leaf.name, init: leaf.init, ref });
        }
        return ref;
      }
      case 'data':
        return this.#once(`data:${leaf.field}`, 'data', type);
      case 'feed':
        return this.#once(`feed:${leaf.name}:${type.shape.join('x')}`, 'feeds', type);
      default:
        return leaf satisfies never;
    }
  }

  /** Where a data field or a feed (of this shape) lives, if any program reads it. */
  find(
    leaf: Extract<Leaf, { kind: 'data' | 'feed' }>,
    shape: ConcreteShape = [],
  ): BufferRef | null {
    const key =
      leaf.kind === 'data' ? `data:${leaf.field}` : `feed:${leaf.name}:${shape.join('x')}`;
    return this.#places.get(key) ?? null;
  }

  /** A place for a program's named result, its own, so that reading it needs no order. */
  output(type: ConcreteType): BufferRef {
    return this.#take('outputs', type);
  }

  /** Sizes so far; `workBytes` is the largest work arena of the programs. */
  memory(workBytes: number): MemoryLayout {
    return { sizeBytes: { ...this.#sizes, work: workBytes } };
  }

  #parameter(name: string): ParameterSlot {
    const slot = this.parameters.get(name);
    if (!slot) throw new Error(`no parameter ${name}`);
    return slot;
  }

  #once(key: string, arena: Arena, type: ConcreteType): BufferRef {
    const ref = this.#places.get(key) ?? this.#take(arena, type);
    this.#places.set(key, ref);
    return { ...ref, type };
  }

  #take(arena: Arena, type: ConcreteType): BufferRef {
    const offsetBytes = this.#sizes[arena];
    this.#sizes[arena] += aligned(sizeBytes(type));
    return { arena, offsetBytes, type };
  }
}
