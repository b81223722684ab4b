/**
 * The last pass: from a scheduled graph to a Program. Gives every result a place: persistent storage
 * where it is stored, the outputs arena where it is kept, otherwise a stretch of the work arena that is
 * reused as soon as its last reader is done. Reshapes cost nothing, nor do slices that lie in one stretch; chains write in place where they can.
 * Where the executor can, activations and their gradients are kept as 16-bit floats.
 */
import type { Graph, GraphValue, OpValue, ValueId } from '../ir/graph.ts';
import { elementCount, sizeBytes } from '../ir/tensor.ts';
import { isElementwise, type Op, type OpParams } from '../ops/ops.ts';
import { firstWhere } from './firstWhere.ts';
import { ALIGNMENT_BYTES, type Layout } from './layout.ts';
import { packIntervals } from './pack.ts';
import {
  type Arena,
  type BufferRef,
  type CanStoreAsFloat16,
  type FusedOperand,
  type FusedStep,
  type KernelCall,
  placeBytes,
  type Program,
} from './program.ts';
import { readersOf, schedule, type Unit } from './schedule.ts';

export function plan(
  name: string,
  graph: Graph,
  layout: Layout,
  canStoreAsFloat16?: CanStoreAsFloat16,
): Program {
  return new Planner(name, graph, layout).run(canStoreAsFloat16);
}

/** Where a result lives: in a place known already, or in the work arena at an offset still to be found. */
type Placement =
  | { readonly kind: 'placed'; readonly ref: BufferRef }
  | { readonly kind: 'work'; readonly root: ValueId; readonly offsetBytes: number };

interface Use {
  readonly unit: number;
  readonly ref: BufferRef;
}

class Planner {
  readonly #name: string;
  readonly #graph: Graph;
  readonly #layout: Layout;
  readonly #units: readonly Unit[];
  readonly #unitOf = new Map<ValueId, number>();
  readonly #readers: readonly (readonly ValueId[])[];
  readonly #outputIds: ReadonlySet<ValueId>;
  readonly #placements = new Map<ValueId, Placement>();
  /** Work tensors: first and last unit that touch them. */
  readonly #lives = new Map<ValueId, { first: number; last: number; bytes: number }>();
  /** What lives at each root of the work arena. */
  readonly #tenants = new Map<ValueId, ValueId[]>();
  /** Reads and stores of what outlives the step, in order. */
  readonly #uses = new Map<Arena, Use[]>();
  /** Results written straight into the storage they are assigned to. */
  readonly #storedAs = new Map<ValueId, ValueId>();
  /** Places in the work arena that hold 16-bit floats. */
  #float16Roots: ReadonlySet<ValueId> = new Set();

  constructor(name: string, graph: Graph, layout: Layout) {
    this.#name = name;
    this.#graph = graph;
    this.#layout = layout;
    this.#units = schedule(graph);
    this.#units.forEach((unit, index) => unit.members.forEach((id) => this.#unitOf.set(id, index)));
    this.#readers = readersOf(graph);
    this.#outputIds = new Set(Object.values(graph.outputs));
  }

  run(canStoreAsFloat16?: CanStoreAsFloat16): Program {
    this.#graph.values.forEach((value, id) => {
      if (value.kind === 'leaf') {
        this.#placements.set(id, {
          kind: 'placed',
          ref: this.#layout.place(value.leaf, value.type),
        });
      }
    });
    this.#findUses();
    this.#findStores();
    this.#units.forEach((unit, index) => this.#place(unit, index));
    this.#units.forEach((unit, index) => this.#extendLives(unit, index));
    if (canStoreAsFloat16) this.#storeAsFloat16(canStoreAsFloat16);
    const { offsets, totalBytes } = packIntervals(this.#lives);
    const refOf = (id: ValueId): BufferRef => this.#ref(id, offsets);
    const calls = this.#units.flatMap((unit) => this.#call(unit, refOf));
    const outputs = Object.fromEntries(
      Object.entries(this.#graph.outputs).map(([key, id]) => [key, refOf(id)]),
    );
    return { name: this.#name, calls, workBytes: totalBytes, outputs };
  }

  #value(id: ValueId): GraphValue {
    const value = this.#graph.values[id];
    if (!value) throw new Error(`no value ${id} in ${this.#name}`);
    return value;
  }

  /** A store needs no copy when its value is made by a kernel, only for it, and nothing reads the target in between. */
  #findStores(): void {
    this.#graph.values.forEach((value, id) => {
      if (value.kind !== 'op' || value.op !== 'assign') return;
      const [target = -1, stored = -1] = value.inputs;
      const source = this.#throughReshapes(stored);
      const made = this.#value(source);
      if (made.kind === 'leaf' || made.op === 'assign' || this.#outputIds.has(source)) return;
      const from = this.#unitOf.get(source) ?? 0;
      const to = this.#unitOf.get(id) ?? 0;
      const sameUnit = from === to;
      if (!sameUnit && this.#touches(target, from, to)) return;
      if (this.#storedAs.has(source)) return;
      this.#storedAs.set(source, target);
    });
  }

  /** Whether a unit after `from` and before `to` (or `from` itself, out of place) reads or stores the target. */
  #touches(target: ValueId, from: number, to: number): boolean {
    const place = this.#placed(target);
    const uses = this.#uses.get(place.arena) ?? [];
    for (let i = firstWhere(uses, ({ unit }) => unit >= from); i < uses.length; i++) {
      const use = uses[i];
      if (!use || use.unit >= to) return false;
      if (overlap(use.ref, place)) return true;
    }
    return false;
  }

  #findUses(): void {
    this.#units.forEach(({ members }, unit) => {
      for (const id of members) {
        const value = this.#value(id);
        if (value.kind !== 'op') continue;
        for (const input of value.inputs) {
          const ref = this.#placedOrNull(input);
          if (!ref) continue;
          const uses = this.#uses.get(ref.arena) ?? [];
          uses.push({ unit, ref });
          this.#uses.set(ref.arena, uses);
        }
      }
    });
  }

  #placed(id: ValueId): BufferRef {
    const ref = this.#placedOrNull(id);
    if (!ref) throw new Error(`value ${id} is stored to but has no storage`);
    return ref;
  }

  #placedOrNull(id: ValueId): BufferRef | null {
    const value = this.#value(id);
    if (value.kind === 'op' && (value.op === 'reshape' || value.op === 'assign')) {
      return this.#placedOrNull(value.inputs[0] ?? -1);
    }
    const placement = this.#placements.get(id);
    return placement?.kind === 'placed' ? placement.ref : null;
  }

  #throughReshapes(id: ValueId): ValueId {
    const value = this.#value(id);
    if (value.kind !== 'op' || value.op !== 'reshape' || this.#outputIds.has(id)) return id;
    const [input = -1] = value.inputs;
    // Only if the reshape is all that reads it: another reader would find the store's later content.
    return this.#readers[input]?.length === 1 ? this.#throughReshapes(input) : id;
  }

  #place(unit: Unit, index: number): void {
    for (const id of unit.members) {
      const value = this.#value(id);
      if (value.kind !== 'op') continue;
      const [first = -1] = value.inputs;
      if (value.op === 'assign' || value.op === 'reshape') {
        this.#settle(id, this.#placementOf(first));
      } else if (this.#storedAs.has(id)) {
        const target = this.#storedAs.get(id) ?? -1;
        this.#placements.set(id, {
          kind: 'placed',
          ref: { ...this.#placed(target), type: value.type },
        });
      } else if (this.#isKept(id)) {
        this.#placements.set(id, { kind: 'placed', ref: this.#layout.output(value.type) });
      } else if (this.#viewOf(value)) {
        this.#settle(id, this.#viewOf(value) ?? this.#placementOf(first));
      } else if (this.#needsMemory(id, index)) {
        const root = this.#inPlaceRoot(id, unit, index) ?? id;
        this.#settle(id, { kind: 'work', root, offsetBytes: 0 });
        if (root === id) {
          this.#lives.set(id, { first: index, last: index, bytes: sizeBytes(value.type) });
        } else this.#touch(root, index);
      }
    }
  }

  /**
   * Where a slice already lies: a stretch of a result in the work arena, when all dimensions before its own are 1
   * and the stretch begins where any tensor may. Null where it has to be copied.
   */
  #viewOf(value: OpValue<Op>): Placement | null {
    if (value.op !== 'slice') return null;
    const [source = -1] = value.inputs;
    const placement = this.#placements.get(source);
    const { axis, start } = value.params as OpParams['slice'];
    const { shape } = this.#value(source).type;
    if (placement?.kind !== 'work' || elementCount(shape.slice(0, axis)) !== 1) return null;
    const inner = elementCount(shape.slice(axis + 1));
    const offsetBytes =
      placement.offsetBytes + start * sizeBytes({ dtype: value.type.dtype, shape: [inner] });
    return offsetBytes % ALIGNMENT_BYTES === 0 ? { ...placement, offsetBytes } : null;
  }

  #mayBeView(id: ValueId): boolean {
    const value = this.#value(id);
    return value.kind === 'op' && (value.op === 'reshape' || value.op === 'slice');
  }

  /** Whether a value is memory that another one has: seen in another shape, or a stretch of it. */
  #isView(id: ValueId): boolean {
    const value = this.#value(id);
    if (value.kind !== 'op' || (value.op !== 'reshape' && value.op !== 'slice')) return false;
    const placement = this.#placements.get(id);
    return value.op === 'reshape' || (placement?.kind === 'work' && placement.root !== id);
  }

  #settle(id: ValueId, placement: Placement): void {
    this.#placements.set(id, placement);
    if (placement.kind !== 'work') return;
    const tenants = this.#tenants.get(placement.root);
    if (tenants) tenants.push(id);
    else this.#tenants.set(placement.root, [id]);
  }

  #placementOf(id: ValueId): Placement {
    const placement = this.#placements.get(id);
    if (!placement) throw new Error(`value ${id} of ${this.#name} is read but has no memory`);
    return placement;
  }

  /** A named output, itself or seen through reshapes. */
  #isKept(id: ValueId): boolean {
    if (this.#outputIds.has(id)) return true;
    return (this.#readers[id] ?? []).some((reader) => {
      const value = this.#value(reader);
      return value.kind === 'op' && value.op === 'reshape' && this.#isKept(reader);
    });
  }

  /** Inside a chain a result that only the chain reads stays in a register. */
  #needsMemory(id: ValueId, unit: number): boolean {
    const readers = this.#readers[id] ?? [];
    if (this.#units[unit]?.members.length === 1) return true;
    return readers.some((reader) => {
      const value = this.#value(reader);
      const copies = value.kind === 'op' && value.op === 'assign' && !this.#storedAs.has(id);
      return this.#unitOf.get(reader) !== unit || copies;
    });
  }

  /** A chain may write over an input of the same size that it is the last to read. */
  #inPlaceRoot(id: ValueId, unit: Unit, index: number): ValueId | null {
    const value = this.#value(id);
    if (value.kind !== 'op' || !isElementwise(value.op)) return null;
    const taken = new Set(
      unit.members.flatMap((member) => {
        const placement = this.#placements.get(member);
        return placement?.kind === 'work' ? [placement.root] : [];
      }),
    );
    for (const input of this.#externalInputs(unit)) {
      const placement = this.#placements.get(input);
      const type = this.#value(input).type;
      if (placement?.kind !== 'work' || taken.has(placement.root)) continue;
      if (type.dtype !== 'f32' || elementCount(type.shape) !== elementCount(value.type.shape))
        continue;
      const life = this.#lives.get(placement.root);
      if (life?.bytes === sizeBytes(value.type) && this.#lastRead(placement.root) <= index) {
        return placement.root;
      }
    }
    return null;
  }

  /** The last unit that reads any value living at `root`, as far as placements are known. */
  #lastRead(root: ValueId): number {
    const tenants = this.#tenants.get(root) ?? [];
    return tenants.reduce((last, id) => Math.max(last, this.#lastReader(id)), -1);
  }

  #lastReader(id: ValueId): number {
    let last = -1;
    for (const reader of this.#readers[id] ?? []) {
      last = Math.max(last, this.#unitOf.get(reader) ?? -1);
      // Also of a slice that is no view yet: whether it will be one is not known before its turn.
      if (this.#mayBeView(reader)) last = Math.max(last, this.#lastReader(reader));
    }
    return last;
  }

  #externalInputs(unit: Unit): readonly ValueId[] {
    const inside = new Set(unit.members);
    const inputs = new Set<ValueId>();
    for (const id of unit.members) {
      const value = this.#value(id);
      if (value.kind !== 'op') continue;
      const sources = value.op === 'assign' ? value.inputs.slice(1) : value.inputs;
      for (const source of sources) if (!inside.has(source)) inputs.add(source);
    }
    return [...inputs];
  }

  #touch(root: ValueId, index: number): void {
    const life = this.#lives.get(root);
    if (life) life.last = Math.max(life.last, index);
  }

  #extendLives(unit: Unit, index: number): void {
    for (const input of this.#externalInputs(unit)) {
      const placement = this.#placements.get(input);
      if (placement?.kind === 'work') this.#touch(placement.root, index);
    }
  }

  /** A place holds 16-bit floats when all that is ever written to it may be. */
  #storeAsFloat16(canStoreAsFloat16: CanStoreAsFloat16): void {
    const whole = new Set<ValueId>();
    const anywhere = new Map([...this.#lives.keys()].map((root) => [root, 0]));
    for (const unit of this.#units) {
      const [call] = this.#call(unit, (id) => this.#ref(id, anywhere));
      const role = call?.origin.role;
      const fits = (role === 'forward' || role === 'backward') && call && canStoreAsFloat16(call);
      for (const id of unit.members) {
        const value = this.#value(id);
        const placement = this.#placements.get(id);
        if (value.kind !== 'op' || placement?.kind !== 'work') continue;
        // A stretch of halves would begin where no tensor may.
        if (placement.offsetBytes > 0) whole.add(placement.root);
        if (this.#isView(id)) continue;
        if (!fits || value.type.dtype !== 'f32') whole.add(placement.root);
      }
    }
    this.#float16Roots = new Set([...this.#lives.keys()].filter((root) => !whole.has(root)));
    for (const root of this.#float16Roots) {
      const life = this.#lives.get(root);
      if (life) life.bytes /= 2;
    }
  }

  #ref(id: ValueId, offsets: ReadonlyMap<ValueId, number>): BufferRef {
    const { type } = this.#value(id);
    const placement = this.#placementOf(id);
    if (placement.kind === 'placed') return { ...placement.ref, type };
    const offsetBytes = offsets.get(placement.root);
    if (offsetBytes === undefined) throw new Error(`value ${id} has no place`);
    const half = this.#float16Roots.has(placement.root) ? ({ half: true } as const) : {};
    return { arena: 'work', offsetBytes: offsetBytes + placement.offsetBytes, type, ...half };
  }

  #call(unit: Unit, refOf: (id: ValueId) => BufferRef): readonly KernelCall[] {
    const [only, ...more] = unit.members;
    const value = this.#value(only ?? -1);
    if (value.kind !== 'op') return [];
    if (more.length > 0) return [this.#fused(unit, refOf)];
    if (this.#isView(only ?? -1)) return [];
    if (value.op === 'assign') return this.#copy(value, refOf);
    const inputs = value.inputs.map(refOf);
    const { op, params, origin } = value;
    // op and params come from one OpValue, so they belong together.
    return [{ kind: 'op', op, params, inputs, output: refOf(only ?? -1), origin } as KernelCall];
  }

  #copy(value: OpValue<Op>, refOf: (id: ValueId) => BufferRef): readonly KernelCall[] {
    const [target = -1, stored = -1] = value.inputs;
    const [to, from] = [refOf(target), refOf(stored)];
    if (to.arena === from.arena && to.offsetBytes === from.offsetBytes) return [];
    const inputs = [to, from];
    return [{ kind: 'op', op: 'assign', params: {}, inputs, output: to, origin: value.origin }];
  }

  #fused(unit: Unit, refOf: (id: ValueId) => BufferRef): KernelCall {
    const inputs = this.#externalInputs(unit);
    const stepOf = new Map<ValueId, number>();
    const body: FusedStep[] = [];
    const operand = (id: ValueId): FusedOperand => {
      const step = stepOf.get(id);
      if (step !== undefined) return { kind: 'step', index: step };
      return { kind: 'input', index: inputs.indexOf(id) };
    };
    const outputs: { ref: BufferRef; value: FusedOperand }[] = [];
    let shape: readonly number[] = [];
    let origin: OpValue['origin'] = { role: 'forward' };
    for (const id of unit.members) {
      const value = this.#value(id);
      if (value.kind !== 'op') continue;
      ({ origin } = value);
      ({ shape } = value.type);
      if (value.op === 'assign') {
        const [target = -1, stored = -1] = value.inputs;
        if (this.#storedAs.get(stored) !== target) {
          outputs.push({ ref: refOf(target), value: operand(stored) });
        }
        continue;
      }
      const operands = value.inputs.map(operand);
      stepOf.set(id, body.length);
      // Chains hold element-wise ops and stores only (schedule.ts).
      body.push({ op: value.op, params: value.params, operands } as FusedStep);
      if (this.#placements.has(id)) outputs.push({ ref: refOf(id), value: operand(id) });
    }
    return { kind: 'fused', shape, inputs: inputs.map(refOf), body, outputs, origin };
  }
}

function overlap(a: BufferRef | null, b: BufferRef): boolean {
  if (a?.arena !== b.arena) return false;
  return (
    a.offsetBytes < b.offsetBytes + placeBytes(b) && b.offsetBytes < a.offsetBytes + placeBytes(a)
  );
}
