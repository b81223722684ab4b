/**
 * A network in use: evaluation mode, samples given from outside, noise left out, no losses. As a graph it is what
 * exports are made from; as a program it is what they are compared with.
 */
import type { Head } from '../check/heads.ts';
import type { Graph } from '../ir/graph.ts';
import type { PortRef } from '../ir/document.ts';
import { indexWires, reachable } from '../ir/topology.ts';
import type { Value } from '../ops/builder.ts';
import { add, mul } from '../ops/nn.ts';
import { finish, type ProgramContext } from './context.ts';
import { outputActivationOf, scalingOf } from './heads.ts';
import { Layout } from './layout.ts';
import { broadcastShape, lower, type Lowered, nodeOf, portKey } from './lower.ts';
import type { MemoryLayout, Program } from './program.ts';
import { prune } from './prune.ts';

export interface ForwardOutput {
  readonly name: string;
  readonly from: PortRef;
  /** What the prediction means by the loss of this head: probabilities of raw scores. */
  readonly activatedBy?: Head;
  /** Numbers as the data has them, where the target of this head was scaled. */
  readonly inUnitsOf?: Head;
}

export type ForwardContext = Pick<ProgramContext, 'document' | 'analysis' | 'binding'>;

export interface ForwardRequest {
  readonly batch: number;
  readonly outputs: readonly ForwardOutput[];
  /** Numbers of latent sources are written by the host instead of drawn. */
  readonly latents?: 'fed';
}

/** Before the names of outputs that only say which value a port has. */
export const PORT = 'port:';

/** With the values of all ports that are used, named after them. */
export function forwardGraph(
  context: ForwardContext,
  request: ForwardRequest,
): { readonly graph: Graph; readonly nodes: ReadonlySet<string> } {
  // Nothing is placed: weights are found by name.
  const { builder, outputs, nodes } = lowerForward(context, new Layout([]), request);
  // Of what nobody needs (labels, say) nothing is computed.
  const used = context.document.wires.flatMap(({ from, to }) => (nodes.has(to.node) ? [from] : []));
  for (const from of used) {
    const value = outputs.get(portKey(from));
    if (value) builder.output(`${PORT}${portKey(from)}`, value);
  }
  return { graph: prune(builder.finish()), nodes };
}

export interface ForwardProgram {
  readonly layout: Layout;
  readonly memory: MemoryLayout;
  readonly program: Program;
}

/** Beside the outputs it answers what latent sources draw, as `port:NODE.PORT`. */
export function compileForward(context: ForwardContext, request: ForwardRequest): ForwardProgram {
  const { layout, memory, programs } = compileForwards(context, [request]);
  const [program] = programs;
  if (!program) throw new Error('one program was asked for');
  return { layout, memory, program };
}

export interface ForwardPrograms {
  readonly layout: Layout;
  /** Enough for each of them. */
  readonly memory: MemoryLayout;
  /** In the order of the requests. */
  readonly programs: readonly Program[];
  /** What one of them computes. */
  readonly nodes: ReadonlySet<string>;
}

/** Several programs with the same weights, which run one at a time. */
export function compileForwards(
  context: ForwardContext,
  requests: readonly ForwardRequest[],
): ForwardPrograms {
  const { analysis } = context;
  const nodes = new Set(requests.flatMap(({ outputs }) => [...forwardNodes(context, outputs)]));
  const layout = new Layout(
    analysis.order.flatMap((id) => {
      const { params, shared } = nodeOf(analysis, id);
      return Object.entries(nodes.has(id) || isOwner(context, id, nodes) ? params : {})
        .filter(([key]) => !shared?.has(key))
        .map(([key, spec]) => ({ ...spec, name: `${id}.${key}`, node: id }));
    }),
  );
  const programs = requests.map((request) => {
    const { builder, outputs, nodes: own } = lowerForward(context, layout, request);
    const drawn = request.latents === 'fed' ? [] : [...own];
    for (const id of drawn) {
      const { definition, ports } = nodeOf(analysis, id);
      if (definition?.role !== 'latent') continue;
      for (const port of ports.out) {
        const value = outputs.get(portKey({ node: id, port }));
        if (value) builder.output(`${PORT}${portKey({ node: id, port })}`, value);
      }
    }
    return finish({ ...context, layout, verify: false }, 'forward', builder);
  });
  const workBytes = Math.max(0, ...programs.map((program) => program.workBytes));
  return { layout, programs, nodes, memory: layout.memory(workBytes) };
}

function lowerForward(context: ForwardContext, layout: Layout, request: ForwardRequest) {
  const { analysis } = context;
  const { batch, outputs, latents } = request;
  const nodes = forwardNodes(context, outputs);
  const lowered = lower({
    ...{ ...context, layout, batch, nodes },
    ...{ mode: 'eval', samples: 'fed', withoutNoise: true },
    ...(latents && { latents }),
  });
  for (const { name, from, activatedBy, inUnitsOf } of outputs) {
    const value = lowered.outputs.get(portKey(from));
    if (!value) throw new Error(`${portKey(from)} was not lowered`);
    const activated = activatedBy && outputActivationOf(analysis, lowered, activatedBy, value);
    const meant = activated ?? value;
    lowered.builder.output(name, inUnitsOf ? inUnits(context, lowered, inUnitsOf, meant) : meant);
  }
  return { builder: lowered.builder, outputs: lowered.outputs, nodes };
}

/** Back from what the network learned to answer: `y / scale + shift`. */
function inUnits({ binding }: ForwardContext, lowered: Lowered, head: Head, value: Value): Value {
  const bound = head.targetField ? binding.get(head.targetField.field.name) : undefined;
  const scaling = bound && scalingOf(bound);
  if (!bound || !scaling) return value;
  const { builder } = lowered;
  return builder.within({ node: head.loss, role: 'metric' }, () => {
    const constant = (values: readonly number[]): Value =>
      builder.emit('constant', [], {
        shape: broadcastShape(values.length, bound.field.shape),
        values,
      });
    const wide = mul(builder, value, constant(scaling.scale.map((each) => 1 / each)));
    return add(builder, wide, constant(scaling.shift));
  });
}

const forwardNodes = (
  { document }: ForwardContext,
  outputs: readonly ForwardOutput[],
): ReadonlySet<string> =>
  reachable(
    outputs.map(({ from }) => from.node),
    indexWires(document),
    'upstream',
  );

/** Of weights that one of the nodes shares, though it is none of them itself. */
function isOwner({ analysis }: ForwardContext, id: string, nodes: ReadonlySet<string>): boolean {
  return [...nodes].some((each) =>
    [...(nodeOf(analysis, each).shared?.values() ?? [])].some(({ node }) => node === id),
  );
}
