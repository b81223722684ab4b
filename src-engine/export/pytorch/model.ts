/** model.py: the network as one nn.Module whose modules are its nodes. */
import type { PortRef } from '#engine/ir/document.ts';
import { formatShape } from '#engine/ir/tensor.ts';
import { own } from '#engine/ir/record.ts';
import type { Code } from './code.ts';
import { eachOnce, keyOf } from '../python/wiring.ts';
import type { Part } from './plan.ts';
import { inDocstring, indented, paragraph, wrapped } from '../python/text.ts';

export interface ModelRequest {
  readonly code: Code;
  /** What forward answers, in this order. */
  readonly outputs: readonly PortRef[];
}

/** What a method of the model computes. */
interface Method {
  readonly name: string;
  readonly doc: readonly string[];
  readonly nodes: readonly string[];
  readonly takes: readonly PortRef[];
  readonly gives: readonly PortRef[];
  readonly isDetached: Part['isDetached'];
}

export function writeModel({ code, outputs }: ModelRequest): string {
  const { wiring, parts, methods } = code;
  const nodes = wiring.analysis.live.filter((id) => wiring.isComputed(id));
  const made = nodes.filter((id) => code.hasModule(id));
  const forward = forwardMethod(code, outputs);
  const all = [
    forward,
    ...(parts.length > 1 ? parts.map((part, k) => partMethod(part, methods[k] ?? '')) : []),
  ];
  const body = [
    'def __init__(self) -> None:',
    ...indented(['super().__init__()', ...made.map((id) => construction(code, id))]),
    ...all.flatMap((method) => ['', ...written(code, method)]),
  ];
  const definitions = made.flatMap((id) => {
    const { definition, attrs } = wiring.node(id);
    const classes = definition?.torchCode?.definition?.(attrs) ?? [];
    return [classes].flat().map((each) => each.trim());
  });
  const classes = [...new Set(definitions)].flatMap((each) => [...each.split('\n'), '', '']);
  const content = [...classes, `class ${code.className}(nn.Module):`, ...indented(body)];
  const doc = titleOf(code);
  return wrapped([...doc, '', ...imports([...definitions, ...body]), '', '', ...content]);
}

function titleOf({ wiring: { document } }: Code): readonly string[] {
  const lines = [inDocstring(document.name), inDocstring(document.notes)].filter(
    (each) => each !== '',
  );
  const [title = '', ...notes] = lines.flatMap((each) => each.split('\n'));
  if (notes.length === 0) return [`"""${title}: the network."""`];
  return [`"""${title}: the network.`, '', ...notes.flatMap((line) => paragraph(line)), '"""'];
}

function imports(lines: readonly string[]): readonly string[] {
  const all = lines.join('\n');
  const uses = (pattern: RegExp): boolean => pattern.test(all);
  return [
    ...(uses(/\btorch\./) ? ['import torch'] : []),
    ...(uses(/\bF\./) ? ['import torch.nn.functional as F'] : []),
    'from torch import Tensor, nn',
  ];
}

function construction(code: Code, id: string): string {
  const ownTensors = code.ownTensors(id);
  const name = code.module(id);
  if (ownTensors === null) return `self.${name} = ${code.constructorOf(id)}`;
  const { params } = code.wiring.node(id);
  const entries = ownTensors.map(
    (key) => `"${key}": nn.Parameter(torch.zeros(${own(params, key)?.shape.join(', ')}))`,
  );
  return `self.${name} = nn.ParameterDict({${entries.join(', ')}})`;
}

function forwardMethod(code: Code, outputs: readonly PortRef[]): Method {
  const { wiring } = code;
  const needed = new Set<string>();
  const need = (id: string): void => {
    if (needed.has(id) || !wiring.isComputed(id)) return;
    needed.add(id);
    for (const { node } of wiring.inputs(id)) need(node);
  };
  for (const { node } of outputs) need(node);
  const nodes = wiring.analysis.live.filter((id) => needed.has(id));
  const inputs = nodes.flatMap((id) => wiring.inputs(id));
  const takes = eachOnce([...inputs, ...outputs].filter(({ node }) => !needed.has(node)));
  const shaped = (refs: readonly PortRef[]): string =>
    refs.map((ref) => `${code.variable(ref)} ${shapeOf(code, ref)}`).join(', ');
  const doc = [`Takes ${shaped(takes)}; answers ${shaped(outputs)}.`];
  return { name: 'forward', doc, nodes, takes, gives: outputs, isDetached: () => false };
}

function partMethod(part: Part, name: string): Method {
  const doc = [`What the losses of ${inDocstring(part.name)} need, and what is needed after it.`];
  return { ...part, name, doc };
}

function shapeOf({ wiring }: Code, { node, port }: PortRef): string {
  const type = own(wiring.node(node).outputs, port);
  return type ? formatShape(type.shape) : '';
}

function written(code: Code, method: Method): readonly string[] {
  const { name, doc, takes, gives } = method;
  const parameters = takes.map((ref) => `${code.variable(ref)}: Tensor`);
  const head = `def ${name}(${['self', ...parameters].join(', ')}) -> ${tensors(gives.length)}:`;
  const [first = '', ...more] = doc.flatMap((line) => paragraph(line, 72));
  const docs = more.length === 0 ? [`"""${first}"""`] : [`"""${first}`, ...more, '"""'];
  return [head, ...indented([...docs, ...statements(code, method)])];
}

/**
 * A line for each node. A value that only the next line takes is `x`, as people write it, and one that nobody takes `_`;
 * others have the names of their nodes.
 */
function statements(code: Code, { nodes, takes, gives, isDetached }: Method): readonly string[] {
  const { wiring } = code;
  const names = new Map(takes.map((ref) => [keyOf(ref), code.variable(ref)]));
  const lines = nodes.map((id, at) => {
    const inputs = wiring.inputs(id).map((from) => {
      const name = names.get(keyOf(from)) ?? code.variable(from);
      return isDetached(from, id) ? `${name}.detach()` : name;
    });
    const results = wiring.node(id).ports.out.map((port) => ({ node: id, port }));
    const readersOf = (ref: PortRef): readonly string[] => readers(code, ref, nodes);
    const isGiven = (ref: PortRef): boolean => gives.some((each) => keyOf(each) === keyOf(ref));
    const used = results.filter((ref) => isGiven(ref) || readersOf(ref).length > 0);
    const targets = results.map((ref) => {
      if (!used.includes(ref)) return '_';
      const isForNext = readersOf(ref).every((reader) => reader === nodes[at + 1]);
      const name = isForNext && used.length === 1 && !isGiven(ref) ? 'x' : code.variable(ref);
      names.set(keyOf(ref), name);
      return name;
    });
    return `${targets.join(', ')} = ${code.call(id, inputs)}`;
  });
  const answers = gives.map((ref) => names.get(keyOf(ref)) ?? code.variable(ref));
  const last = lines.at(-1);
  // What the last line makes is answered at once.
  if (answers.length === 1 && last?.startsWith(`${answers[0]} = `) === true) {
    return [...lines.slice(0, -1), `return ${last.slice(`${answers[0]} = `.length)}`];
  }
  return [...lines, `return ${answers.join(', ')}`];
}

const readers = ({ wiring }: Code, ref: PortRef, nodes: readonly string[]): readonly string[] =>
  nodes.filter((id) => wiring.inputs(id).some((from) => keyOf(from) === keyOf(ref)));

/** A function's result of some tensors. */
const tensors = (count: number): string =>
  count === 1 ? 'Tensor' : `tuple[${Array.from({ length: count }, () => 'Tensor').join(', ')}]`;
