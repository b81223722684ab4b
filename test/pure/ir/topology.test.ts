/** Rules of the graph walks: producers first, cycles named, nothing lost, deep graphs allowed. */
import { describe, expect, test } from 'vitest';
import { components, indexWires, reachable, topologicalOrder } from '#engine/ir/topology.ts';
import { RandomStream } from '#engine/ops/index.ts';
import { network } from '#test/support/network.ts';

const graph = (ids: string, wires: readonly string[]) =>
  network(
    [...ids].map((id) => [id, 'Add']),
    wires.map((wire) => `${wire[0]}.y > ${wire[1]}.${wire[2] ?? 'a'}`),
  );

test('producers come first, document order decides the rest', () => {
  expect(topologicalOrder(graph('dcba', ['ab', 'bc']))).toEqual({
    order: ['d', 'a', 'b', 'c'],
    cyclic: [],
  });
});
test('a cycle and a self-loop are named, what hangs behind them is ordered', () => {
  const looped = graph('abcdef', ['ab', 'bc', 'cb' + 'b', 'cd', 'ee']);
  expect(topologicalOrder(looped)).toEqual({ order: ['a', 'd', 'f'], cyclic: ['b', 'c', 'e'] });
});
test('wires to nodes that are not there are left out', () => {
  const { nodes, wires } = graph('ab', ['ab']);
  const index = indexWires({ nodes: nodes.slice(0, 1), wires });
  expect(index.from.get('a')).toEqual([]);
});
test('reachable both ways, the start included', () => {
  const index = indexWires(graph('abcd', ['ab', 'bc']));
  expect([...reachable(['b'], index, 'downstream')].toSorted()).toEqual(['b', 'c']);
  expect([...reachable(['b'], index, 'upstream')].toSorted()).toEqual(['a', 'b']);
});
test('a chain of 20,000 nodes does not exhaust the stack', () => {
  const ids = Array.from({ length: 20_000 }, (_, k) => ({ id: `n${k}` }));
  const wires = ids
    .slice(1)
    .map(({ id }, k) => ({ from: { node: `n${k}`, port: 'y' }, to: { node: id, port: 'x' } }));
  const { order } = topologicalOrder({ nodes: ids.toReversed(), wires } as never);
  expect(order[0]).toBe('n0');
  expect(order).toHaveLength(20_000);
});

describe('random graphs', () => {
  test.each([1, 2, 3, 4, 5])('seed %d: every node once, and every wire forward', (seed) => {
    const random = new RandomStream(seed, 'data');
    const ids = [...'abcdefghijklmnop'];
    const any = () => ids[random.integer(ids.length)] ?? 'a';
    const wires = new Map(
      Array.from({ length: 24 }, () => [any(), any()] as const).map(([a, b]) => [b, `${a}${b}`]),
    );
    const document = graph(ids.join(''), [...wires.values()]);
    const { order, cyclic } = topologicalOrder(document);
    expect([...order, ...cyclic].toSorted()).toEqual(ids);
    const place = new Map(order.map((id, k) => [id, k]));
    for (const { from, to } of document.wires) {
      const [a, b] = [place.get(from.node), place.get(to.node)];
      if (a !== undefined && b !== undefined) expect(a).toBeLessThan(b);
    }
    expect(components(document).flat().toSorted()).toEqual(ids);
  });
});
