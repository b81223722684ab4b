/** Rules: what is offered first is the evident one; a fix says which part it is about, and heals what it takes apart. */
import { describe, expect, test } from 'vitest';
import { analyse } from '#engine/check/analyse.ts';
import { applyEdits } from '#engine/ir/applyEdits.ts';
import type { DataField } from '#engine/ir/attrs.ts';
import type { NetworkDocument } from '#engine/ir/document.ts';
import type { Problem } from '#engine/ir/problem.ts';
import {
  chain,
  data,
  features,
  LABEL,
  network,
  target,
  type NodeText,
} from '#test/support/network.ts';

const problem = (document: NetworkDocument, code: string): Problem | undefined =>
  analyse(document).problems.find((each) => each.code === code);
const codes = (document: NetworkDocument): readonly string[] =>
  analyse(document).problems.map(({ code }) => code);
const fc = (id: string, outFeatures: number): NodeText => [id, 'Linear', { outFeatures }];
const placed = (
  document: NetworkDocument,
  places: Readonly<Record<string, readonly [x: number, y: number]>>,
): NetworkDocument => ({
  ...document,
  nodes: document.nodes.map((node) => {
    const [x, y] = places[node.id] ?? [node.position.x, node.position.y];
    return { ...node, position: { x, y } };
  }),
});
const offered = (document: NetworkDocument): readonly string[] =>
  problem(document, 'wire.open-input')?.fixes?.map(({ label }) => label) ?? [];

describe('what an open input is offered', () => {
  const open = network(
    [
      data([features(4), target(1)]),
      fc('left', 4),
      fc('right', 4),
      fc('to', 1),
      ['loss', 'MSELoss'],
    ],
    [
      ...['data.features > left.x', 'data.features > right.x'],
      ...['to.y > loss.prediction', 'data.target > loss.target'],
    ],
  );
  test('nearer before farther, and what stands to the left before what stands to the right', () => {
    const near = placed(open, { to: [500, 0], left: [0, 0], right: [900, 0] });
    // 500 away on the left is 2 / 2, 400 away on the right 1 / 1.8.
    expect(offered(near)).toEqual(['Connect left', 'Connect right']);
    const far = placed(open, { to: [2000, 0], left: [0, 0], right: [2200, 0] });
    // 2 / 5 on the left, 1 / 1.4 on the right.
    expect(offered(far)).toEqual(['Connect right', 'Connect left']);
    // Three times as far on the left as on the right is 2 / 2.5 beside 1 / 1.5: a half, not a third.
    const even = placed(open, { to: [1000, 0], left: [250, 0], right: [1250, 0] });
    expect(offered(even)).toEqual(['Connect left', 'Connect right']);
  });
  test('never a label or a target, but by a loss that has nothing for its own', () => {
    const labelled = network(
      [data([features(4), LABEL]), fc('fc1', 10), ['loss', 'CrossEntropyLoss']],
      ['data.features > fc1.x', 'fc1.y > loss.prediction'],
    );
    expect(offered(labelled)[0]).toBe('Connect data.label');
    const number = network(
      [data([features(1), target(1)]), fc('fc1', 1), ['loss', 'MSELoss']],
      ['fc1.y > loss.prediction', 'data.target > loss.target'],
    );
    expect(offered(number)[0]).toBe('Connect data.features');
  });
  test('what cannot be wired is taken out, and what stood around it wired together', () => {
    const joined = network(
      [data([features(3), target(3)]), fc('fc1', 4), ['add', 'Add'], ['loss', 'MSELoss']],
      [
        ...['data.features > fc1.x', 'fc1.y > add.a', 'add.y > loss.prediction'],
        'data.target > loss.target',
      ],
    );
    const [fix] = problem(joined, 'wire.open-input')?.fixes ?? [];
    expect(fix?.label).toBe('Remove add');
    expect(applyEdits(joined, fix?.edits ?? []).wires).toContainEqual({
      from: { node: 'fc1', port: 'y' },
      to: { node: 'loss', port: 'prediction' },
    });
  });
});

describe('targets that an activation does not reach', () => {
  const behind = (activation: NodeText, range: DataField['range']): NetworkDocument =>
    chain([fc('fc1', 1), activation, ['loss', 'MSELoss']], {
      fields: [features(2), { ...target(1), ...(range && { range }) }],
      input: 'features',
      target: 'target',
    });
  const UNREACHABLE = 'loss.unreachable-targets';
  test.each<readonly [activation: string, low: number, high: number, reaches: boolean]>([
    // A hundredth of their own range may stick out, on either side.
    ['ReLU', -1, 99, true],
    ['ReLU', -1.02, 99, false],
    ['Sigmoid', -1, 99, false],
    ['Sigmoid', 0, 1, true],
    ['Tanh', -1, 1, true],
    ['Tanh', -1, 1.1, false],
    ['ReLU6', -94, 6, false],
    ['ReLU6', 0, 6.06, true],
    ['ReLU6', 0, 6.2, false],
  ])('%s before targets from %d to %d: reached %s', (type, low, high, reaches) => {
    const found = codes(behind(['act', type], [low, high]));
    expect(found.includes(UNREACHABLE)).toBe(!reaches);
  });
});

describe('objectives in sentences', () => {
  const named = (objectives: readonly object[]): NetworkDocument =>
    network(
      [data([features(4), LABEL]), fc('fc1', 10), fc('fc2', 10), ['a', 'CrossEntropyLoss']],
      [
        ...['data.features > fc1.x', 'fc1.y > fc2.x', 'fc2.y > a.prediction'],
        'data.label > a.target',
      ],
      { objectives },
    );
  const idle = (objectives: readonly object[]): string | undefined =>
    problem(named(objectives), 'training.objective-idle')?.message;
  test('are called by their name, or by their place', () => {
    const frozen = { losses: ['a'], groups: [{ nodes: ['fc1', 'fc2'], frozen: true }] };
    expect(idle([{ ...frozen, name: 'critic' }])).toMatch(/^Critic trains nothing: all that/);
    expect(idle([frozen])).toMatch(/^Objective 1 trains nothing: all that/);
    expect(idle([{ losses: ['a'] }, { losses: ['gone'] }])).toMatch(/^Objective 2 has no loss/);
  });
});
