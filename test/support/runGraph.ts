/** Runs a graph value by value on any backend: one Program without planning or fusing, through a session. */
import type { Backend, TensorData } from '#engine/backends/backend.ts';
import type { BufferRef, KernelCall, MemoryLayout, Program } from '#engine/compile/program.ts';
import type { Graph, ValueId } from '#engine/ir/index.ts';
import type { TestTensor } from './random.ts';
import { Places, dataOf } from './runOp.ts';

export interface GraphProgram {
  readonly program: Program;
  readonly layout: MemoryLayout;
  readonly refOf: (id: ValueId) => BufferRef;
}

/** Every value in a place of its own. */
export function graphProgram(graph: Graph): GraphProgram {
  const places = new Places();
  const refs = graph.values.map(({ type }): BufferRef => places.take('buffers', type));
  const refOf = (id: ValueId): BufferRef => {
    const ref = refs[id];
    if (!ref) throw new Error(`no value ${id} in this graph`);
    return ref;
  };
  const calls = graph.values.flatMap((value, id): KernelCall[] => {
    if (value.kind === 'leaf') return [];
    const { op, params, origin } = value;
    const inputs = value.inputs.map(refOf);
    // A graph holds each op with its own parameters; the union cannot be told so here.
    return [{ kind: 'op', op, params, inputs, output: refOf(id), origin } as KernelCall];
  });
  const program = { name: 'test', calls, workBytes: 0, outputs: {} };
  return { program, layout: places.layout, refOf };
}

export async function runGraph(
  backend: Backend,
  graph: Graph,
  leaves: ReadonlyMap<ValueId, Pick<TestTensor, 'values'>>,
  wanted: readonly ValueId[],
): Promise<readonly TensorData[]> {
  const { program, layout, refOf } = graphProgram(graph);
  const session = await backend.open(layout);
  try {
    const loaded = await session.load(program);
    for (const [id, { values }] of leaves) {
      session.write(refOf(id), dataOf({ type: refOf(id).type, values }));
    }
    session.run(loaded);
    return await Promise.all(wanted.map((id) => session.read(refOf(id))));
  } finally {
    await session.close();
  }
}
