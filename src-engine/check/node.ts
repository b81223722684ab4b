/**
 * One node on its own: attributes read, types inferred, cost counted, and what the layer has to say.
 * Results are remembered per document node (documents are immutable), so that an edit costs only the
 * nodes whose own JSON or input types it changes. Knows no other node but through its input types.
 */
import type { AttrSchema, AttrValues, JsonValue } from '../ir/attrs.ts';
import type { DocumentNode } from '../ir/document.ts';
import { ShapeError } from '../ir/problem.ts';
import { own } from '../ir/record.ts';
import { readAttrs, readValue } from '../ir/readAttrs.ts';
import type { LayerFix } from '../ir/layerFix.ts';
import { type TensorType, elementCount } from '../ir/tensor.ts';
import type { LayerDefinition, LayerProblem } from '../layers/define.ts';
import { layers } from '../layers/index.ts';
import type { NodeAnalysis } from './analysis.ts';
import { flopsPerSample } from './cost.ts';
import { unknownLayer } from './unknownLayer.ts';

/** What reaches a node's input ports. */
export interface Surroundings {
  readonly inputs: ReadonlyMap<string, TensorType>;
  /** Ports that data come to as they are. */
  readonly fieldPorts: readonly string[];
  /** Port names that wires use: all that is known of the ports of an unknown layer. */
  readonly wiredPorts: { readonly in: readonly string[]; readonly out: readonly string[] };
}

export interface NodeResult {
  readonly analysis: Omit<NodeAnalysis, 'receptiveField'>;
  readonly problems: readonly LayerProblem[];
}

const remembered = new WeakMap<
  DocumentNode,
  { readonly key: string; readonly result: NodeResult }
>();

export function analyseNode(node: DocumentNode, surroundings: Surroundings): NodeResult {
  const key = keyOf(surroundings);
  const known = remembered.get(node);
  if (known?.key === key) return known.result;
  const result = compute(node, surroundings);
  remembered.set(node, { key, result });
  return result;
}

function keyOf({ inputs, fieldPorts, wiredPorts }: Surroundings): string {
  let key = `${wiredPorts.in.join()};${wiredPorts.out.join()};${fieldPorts.join()}`;
  for (const [port, { dtype, shape, classes }] of inputs) {
    key += `;${port}:${dtype}:${shape.join()}:${classes}`;
  }
  return key;
}

function compute(node: DocumentNode, surroundings: Surroundings): NodeResult {
  const definition = layers.get(node.type);
  if (!definition) return placeholder(node, surroundings);
  const { attrs, problems: attrProblems } = readAttrs(definition.attrs, node.attrs);
  const ports = definition.ports(attrs);
  const problems: LayerProblem[] = attrProblems.map((problem) => ({
    ...problem,
    path: `attrs.${problem.path}`,
    fixes: attrFixes(definition, problem.path, node),
  }));
  const given = ports.in.map((port) => surroundings.inputs.get(port));
  const base = {
    id: node.id,
    type: node.type,
    definition,
    bypassed: node.bypassed === true,
    attrs,
    ports,
    inputs: pick(ports.in, given),
    params: {},
    buffers: {},
    parameterCount: 0,
    flopsPerSample: 0,
  };
  if (node.bypassed === true) return bypass(base, problems);

  const complete = given.every((type) => type !== undefined) ? given : undefined;
  const summary = definition.summary(attrs, complete);
  const unknown = (): NodeResult => ({
    analysis: {
      ...base,
      outputs: pick(ports.out, definition.inferPartial?.(given, attrs) ?? []),
      summary,
    },
    problems,
  });
  if (!complete) return unknown();
  try {
    const outputs = pick(ports.out, definition.infer(complete, attrs));
    const params = definition.params?.(complete, attrs) ?? {};
    const buffers = definition.buffers?.(complete, attrs) ?? {};
    const query = { definition, attrs, inputs: complete, outputs, params, buffers };
    const analysis = {
      ...base,
      outputs,
      params,
      buffers,
      parameterCount: Object.values(params).reduce(
        (sum, { shape }) => sum + elementCount(shape),
        0,
      ),
      flopsPerSample: flopsPerSample(query),
      summary,
    };
    problems.push(...advice(definition, complete, attrs, node, surroundings));
    return { analysis, problems };
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    const { port, path, explanation, fixes } = error.detail;
    problems.push({
      code: error.code,
      severity: 'error',
      message: error.message,
      ...(port === undefined ? {} : { port }),
      ...(path === undefined ? {} : { path }),
      ...(explanation === undefined ? {} : { explanation }),
      ...(fixes === undefined ? {} : { fixes }),
    });
    return unknown();
  }
}

function advice(
  definition: LayerDefinition,
  inputs: readonly TensorType[],
  attrs: AttrValues<AttrSchema>,
  node: DocumentNode,
  { fieldPorts }: Surroundings,
): readonly LayerProblem[] {
  const context = { nodeId: node.id, isField: (port: string) => fieldPorts.includes(port) };
  return definition.check?.(inputs, attrs, context) ?? [];
}

/** A bypassed node passes its first input on. One without inputs has nothing to pass. */
function bypass(
  base: Omit<NodeAnalysis, 'outputs' | 'summary'>,
  problems: LayerProblem[],
): NodeResult {
  const { ports, inputs, definition } = base;
  const through = own(inputs, ports.in[0] ?? '');
  if (ports.in.length === 0) {
    problems.push({
      code: 'node.bypass',
      severity: 'error',
      message: `${base.id} has no input that could be passed on in its place.`,
      explanation: 'Only layers with an input can be bypassed.',
      fixes: [{ kind: 'stopBypass' }],
    });
  }
  const passes = through !== undefined && definition?.role !== 'loss';
  return {
    analysis: {
      ...base,
      outputs: passes ? Object.fromEntries(ports.out.map((port) => [port, through])) : {},
      summary: 'bypassed',
    },
    problems,
  };
}

/** A type this version does not know: its JSON is kept, its ports are those in use. */
function placeholder(node: DocumentNode, { inputs, wiredPorts }: Surroundings): NodeResult {
  return {
    analysis: {
      id: node.id,
      type: node.type,
      definition: null,
      bypassed: node.bypassed === true,
      attrs: {},
      ports: wiredPorts,
      inputs: Object.fromEntries(inputs),
      outputs: {},
      params: {},
      buffers: {},
      parameterCount: 0,
      flopsPerSample: 0,
      summary: 'unknown layer',
    },
    problems: [unknownLayer(node)],
  };
}

/** The nearest allowed value, or the default. */
function attrFixes(definition: LayerDefinition, name: string, node: DocumentNode): LayerFix[] {
  const attr = own(definition.attrs, name);
  const value = own(node.attrs, name);
  if (!attr || value === undefined || readValue(attr, value).ok) return [];
  if ((attr.kind === 'int' || attr.kind === 'number') && typeof value === 'number') {
    const whole = attr.kind === 'int' ? Math.round(value) : value;
    const clamped = Math.min(Math.max(whole, attr.min ?? -Infinity), attr.max ?? Infinity);
    if (readValue(attr, clamped).ok) return [{ kind: 'setAttrs', attrs: { [name]: clamped } }];
  }
  // Every default is plain JSON; an interface such as DataField does not say so to the compiler.
  return [{ kind: 'setAttrs', attrs: { [name]: attr.default as JsonValue } }];
}

function pick(
  names: readonly string[],
  types: readonly (TensorType | undefined)[],
): Record<string, TensorType> {
  return Object.fromEntries(
    names.flatMap((name, i) => {
      const type = types[i];
      return type ? [[name, type]] : [];
    }),
  );
}
