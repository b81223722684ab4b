/** Rule: what a layer is to a program is its role, and what a port is its port's role; no name and no category says so. */
import { expect, test } from 'vitest';
import { analyse } from '#engine/check/analyse.ts';
import { accepts } from '#engine/check/connections.ts';
import { defaultAttrs } from '#engine/ir/attrs.ts';
import { portOf } from '#engine/layers/define.ts';
import { layer, layers } from '#engine/layers/index.ts';
import { network } from '#test/support/network.ts';

const losses = [...layers.values()].filter(({ role }) => role === 'loss');

test.each(losses.map((loss) => [loss.type, loss] as const))(
  '%s says which of its ports is what',
  (_, loss) => {
    const ports = loss.ports(defaultAttrs(loss.attrs));
    const [prediction, target, number] = (['prediction', 'target', 'loss'] as const).map((role) =>
      portOf(loss, role),
    );
    expect(ports.out).toEqual([number]);
    // A penalty on what it is given compares nothing, and others take more than they compare.
    if (prediction === undefined) expect(target).toBeUndefined();
    const said = [prediction, target].filter((port) => port !== undefined);
    expect(ports.in).toEqual(expect.arrayContaining(said));
    expect(said).toHaveLength(new Set(said).size);
  },
);

test('only losses have such ports', () => {
  const others = [...layers.values()].filter(({ role }) => role !== 'loss');
  expect(others.filter(({ portRoles }) => portRoles !== undefined)).toEqual([]);
});

test('a layer without inputs gives data or random numbers', () => {
  const sources = [...layers.values()].filter(
    (definition) => definition.ports(defaultAttrs(definition.attrs)).in.length === 0,
  );
  expect(sources.map(({ role }) => role).toSorted()).toEqual(['data', 'latent']);
});

/** A loss as somebody may write one: its target first, and other names. */
const backwards = {
  ...layer('CrossEntropyLoss'),
  ports: () => ({ in: ['wanted', 'given'], out: ['number'] }),
  portRoles: { wanted: 'target', given: 'prediction', number: 'loss' },
} as const;

test('labels fit the target of a loss wherever it stands', () => {
  const node = analyse(network([['loss', 'CrossEntropyLoss']])).nodes.get('loss');
  if (!node) throw new Error('no loss');
  const turned = { ...node, definition: backwards, ports: backwards.ports() };
  const label = { dtype: 'i32', shape: ['N'], classes: 3 } as const;
  expect(accepts(turned, 'wanted', label)).toBe(true);
  expect(accepts(turned, 'given', label)).toBe(false);
});
