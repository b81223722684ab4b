/** The update of one optimiser on its own: a graph over its arenas and scalars, run step by step anywhere. */
import type { Backend } from '#engine/backends/backend.ts';
import { Layout } from '#engine/compile/layout.ts';
import {
  type ChosenOptimizer,
  constantRate,
  scalarFeed,
  stepScalars,
  type TrainedGroup,
} from '#engine/compile/optimizer.ts';
import type { BufferRef } from '#engine/compile/program.ts';
import { plan } from '#engine/compile/plan.ts';
import { prune } from '#engine/compile/prune.ts';
import { verifyProgram } from '#engine/compile/verify.ts';
import { type AttrSchema, type AttrValues, defaultAttrs, tensorType } from '#engine/ir/index.ts';
import type { ArenaKind } from '#engine/ir/graph.ts';
import { GraphBuilder, type Value } from '#engine/ops/index.ts';
import { optimizers, slotsOf } from '#engine/optimizers/index.ts';

/** `slot0`, `slot1`, ...: what the optimiser keeps, in its order. */
const ARENAS = ['parameters', 'gradients', 'slot0', 'slot1', 'slot2'] as const;
export type Arenas = Readonly<Record<(typeof ARENAS)[number], readonly number[]>>;

export function withAttrs(
  type: string,
  given: Readonly<Record<string, number | boolean>>,
): ChosenOptimizer {
  const definition = optimizers.get(type);
  if (!definition) throw new Error(`there is no optimiser ${type}`);
  const attrs = { ...defaultAttrs(definition.attrs), ...given } as AttrValues<AttrSchema>;
  return { definition, attrs, slots: slotsOf(definition, attrs) };
}

export interface OptimizerUpdate {
  /** What the arenas hold after step `step`, counted from 1. */
  next(arenas: Arenas, step: number): Promise<Arenas>;
  close(): Promise<void>;
}

export async function openUpdate(
  backend: Backend,
  optimizer: ChosenOptimizer,
  length: number,
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
  const flat = tensorType([length]);
  const layout = new Layout([
    { name: 'w', node: 'w', shape: [length], init: { kind: 'constant', value: 0 } },
  ]);
  layout.useSlots([{ nodes: ['w'], slots }]);
  const leaf = (arena: ArenaKind, offset = 0): Value =>
    g.leaf({ kind: 'arena', arena, offset }, flat);
  const names = Object.keys(definition.scalars);
  definition.update(
    {
      emit: g.emit.bind(g),
      parameters: leaf('parameters'),
      gradients: leaf('gradients'),
      slots: Object.fromEntries(
        slots.map((name, index) => [name, leaf('optimizer', layout.slotOffset(index))]),
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
  const used = ARENAS.slice(0, 2 + slots.length);
  const ref = (name: (typeof ARENAS)[number]): BufferRef => {
    if (!name.startsWith('slot')) {
      return { arena: name as 'parameters' | 'gradients', offsetBytes: 0, type: flat };
    }
    const offsetBytes = layout.slotOffset(Number(name.slice(4))) * 4;
    return { arena: 'optimizer', offsetBytes, type: flat };
  };

  return {
    async next(arenas, step) {
      for (const arena of used) session.write(ref(arena), Float64Array.from(arenas[arena]));
      for (const { feed, values } of scalars) {
        const place = layout.find({ kind: 'feed', name: feed });
        if (place) session.write(place, values(step, constantRate(learningRate)));
      }
      session.run(program);
      const after: Record<string, readonly number[]> = {};
      for (const arena of used) after[arena] = [...(await session.read(ref(arena)))];
      return { ...arenas, ...after };
    },
    close: () => session.close(),
  };
}
