/** The update of one optimiser on its own: a graph over its arenas and scalars, run step by step anywhere. */
import type { Backend } from '#engine/backends/backend.ts';
import { Layout } from '#engine/compile/layout.ts';
import {
  type ChosenOptimizer,
  constantRate,
  type RateOf,
  scalarFeed,
  stepScalars,
  type TrainedGroup,
} from '#engine/compile/optimizer.ts';
import type { BufferRef } from '#engine/compile/program.ts';
import { plan } from '#engine/compile/plan.ts';
import { prune } from '#engine/compile/prune.ts';
import { verifyProgram } from '#engine/compile/verify.ts';
import {
  type AttrSchema,
  type AttrValues,
  type ConcreteShape,
  defaultAttrs,
  elementCount,
  tensorType,
} from '#engine/ir/index.ts';
import type { ArenaKind } from '#engine/ir/graph.ts';
import { GraphBuilder, type Value } from '#engine/ops/index.ts';
import { optimizers, slotsOf } from '#engine/optimizers/index.ts';

/** `slot0`, `slot1`, ...: what the optimiser keeps, in its order. */
export type Arenas = Readonly<
  Record<'parameters' | 'gradients' | 'slot0' | 'slot1' | 'slot2', readonly number[]>
>;

export function withAttrs(
  type: string,
  given: Readonly<Record<string, number | boolean | string>>,
): ChosenOptimizer {
  const definition = optimizers.get(type);
  if (!definition) throw new Error(`there is no optimiser ${type}`);
  const attrs = { ...defaultAttrs(definition.attrs), ...given } as AttrValues<AttrSchema>;
  return { definition, attrs, slots: slotsOf(definition, attrs) };
}

/** As training begins. */
function firstArenas(
  { definition, slots }: ChosenOptimizer,
  shape: ConcreteShape,
  parameters: readonly number[],
): Arenas {
  const zeros = (of: ConcreteShape | null) =>
    Array.from({ length: of ? elementCount(of) : 0 }, () => 0);
  const slot = (index: number): readonly number[] => {
    const name = slots[index];
    return zeros(
      name !== undefined && definition.slotShape ? definition.slotShape(name, shape) : shape,
    );
  };
  return {
    ...{ parameters, gradients: zeros(shape) },
    ...{ slot0: slot(0), slot1: slot(1), slot2: slot(2) },
  };
}

export interface OptimizerUpdate {
  /** What the arenas hold after step `step`, counted from 1. */
  next(arenas: Arenas, step: number, rateOf?: RateOf): Promise<Arenas>;
  close(): Promise<void>;
}

export async function openUpdate(
  backend: Backend,
  optimizer: ChosenOptimizer,
  /** Of the one parameter; a number: so many in a row. */
  size: number | ConcreteShape,
): Promise<OptimizerUpdate> {
  const { definition, attrs, slots } = optimizer;
  const group: TrainedGroup = {
    objective: 0,
    key: '0.0',
    nodes: ['w'],
    optimizer,
    learningRateFactor: 1,
    penalty: { l1: 0, l2: 0 },
    every: 1,
  };
  const g = new GraphBuilder();
  const shape = typeof size === 'number' ? [size] : size;
  const type = tensorType(shape);
  const layout = new Layout([
    { name: 'w', node: 'w', shape, init: { kind: 'constant', value: 0 } },
  ]);
  layout.useSlots([{ nodes: ['w'], slots, shapeOf: definition.slotShape }]);
  const leaf = (arena: ArenaKind, ref?: BufferRef): Value =>
    g.leaf({ kind: 'arena', arena, offset: (ref?.offsetBytes ?? 0) / 4 }, ref?.type ?? type);
  const names = Object.keys(definition.scalars);
  definition.update(
    {
      emit: g.emit.bind(g),
      parameters: leaf('parameters'),
      gradients: leaf('gradients'),
      slots: Object.fromEntries(
        layout.optimizerSlots.map(({ slot, ref }) => [slot, leaf('optimizer', ref)]),
      ),
      scalars: Object.fromEntries(
        names.map((name) => [
          name,
          g.leaf({ kind: 'feed', name: scalarFeed(group, name) }, tensorType([])),
        ]),
      ),
      assign: (target, value) => void g.emit('assign', [target, value], {}),
    },
    attrs,
  );
  const planned = plan('update', prune(g.finish()), layout);
  verifyProgram(planned);
  const session = await backend.open(layout.memory(planned.workBytes));
  const program = await session.load(planned);
  const scalars = stepScalars([group]);
  const learningRate = Number(attrs['lr' as never]);
  const refs = new Map<keyof Arenas, BufferRef>([
    ...(['parameters', 'gradients'] as const).map(
      (arena) => [arena, { arena, offsetBytes: 0, type }] as const,
    ),
    ...layout.optimizerSlots.map(
      ({ index, ref }) => [`slot${index}` as keyof Arenas, ref] as const,
    ),
  ]);

  return {
    async next(arenas, step, rateOf = constantRate(learningRate)) {
      for (const [arena, ref] of refs) session.write(ref, Float64Array.from(arenas[arena]));
      for (const { feed, values } of scalars) {
        const place = layout.find({ kind: 'feed', name: feed });
        if (place) session.write(place, values(step, rateOf));
      }
      session.run(program);
      const after: Record<string, readonly number[]> = {};
      for (const [arena, ref] of refs) after[arena] = [...(await session.read(ref))];
      return { ...arenas, ...after };
    },
    close: () => session.close(),
  };
}

/** Steps as torch_optimizers.py has them. */
export interface Walk {
  readonly type: string;
  readonly attrs: Readonly<Record<string, number | boolean | string>>;
  readonly shape: readonly number[];
  readonly start: readonly number[];
  readonly gradients: readonly (readonly number[])[];
  /** Of a schedule, step by step; absent: always that of the attributes. */
  readonly rates?: readonly number[];
}

/** After all steps: the parameter, and what is kept of it by name. */
export async function walked(
  backend: Backend,
  { type, attrs, shape, start, gradients, rates }: Walk,
) {
  const optimizer = withAttrs(type, attrs);
  const update = await openUpdate(backend, optimizer, shape);
  let arenas = firstArenas(optimizer, shape, start);
  for (const [k, gradient] of gradients.entries()) {
    const rateOf: RateOf | undefined =
      rates && ((_objective, factor, before = 0) => factor * (rates[k - before] ?? NaN));
    arenas = await update.next({ ...arenas, gradients: gradient }, k + 1, rateOf);
  }
  await update.close();
  const state = optimizer.slots.map(
    (name, i) => [name, arenas[`slot${i}` as keyof Arenas]] as const,
  );
  return { after: arenas.parameters, state: new Map(state) };
}
