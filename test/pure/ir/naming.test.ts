/** Names of tensors: the node they are of and their keys, where either has a dot. */
import { expect, test } from 'vitest';
import { nodeAndKey } from '#engine/ir/naming.ts';

test.each([
  ['fc1.weight', ['fc1', 'weight']],
  ['sep.depthwise.weight', ['sep', 'depthwise.weight']],
  ['block.1.bias', ['block.1', 'bias']],
  ['other.weight', null],
  ['weight', null],
])('%s', (name, found) => {
  expect(nodeAndKey(name, new Set(['fc1', 'sep', 'block.1']))).toEqual(found);
});
