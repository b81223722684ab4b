/** Rule: a panel that can never show anything of this network is not there, in the dock or as a command. */
import { describe, expect, it } from 'vitest';
import { analyse } from '#engine/check/analyse.ts';
import { emptyDocument, type NetworkDocument } from '#engine/ir/document.ts';
import { panelApplies, panels, panelsOf } from '#renderer/app/panels.ts';
import '#renderer/commands/allCommands.ts';
import { commands } from '#renderer/commands/registry.ts';
import { documentStore } from '#renderer/state/document.ts';
import { chain, features, IMAGE, LABEL, network, data, target } from '#test/support/network.ts';
import { dropoutMlp, points } from '#test/support/smallNetworks.ts';

const regression = chain(
  [
    ['fc1', 'Linear', { outFeatures: 1 }],
    ['loss', 'MSELoss'],
  ],
  { input: 'features', target: 'target', fields: [features(1), target(1)] },
);
/** Pixels by the same loss that also judges classes. */
const autoencoder = chain(
  [
    ['flat', 'Flatten'],
    ['fc1', 'Linear', { outFeatures: 784 }],
    ['back', 'Reshape', { shape: [1, 28, 28] }],
    ['loss', 'BCEWithLogitsLoss'],
  ],
  { target: 'image', fields: [IMAGE, LABEL] },
);
const unwired = network([data(), ['loss', 'CrossEntropyLoss']], []);

const confusion = panels.find(({ id }) => id === 'confusion')!;
const has = (document: NetworkDocument) => panelApplies(confusion, analyse(document));

describe('the confusion panel', () => {
  it('is there for classes', () => {
    for (const document of [dropoutMlp(), points('moons', 'crossEntropy'), points('xor', 'bce')]) {
      expect(has(document)).toBe(true);
    }
  });
  it('is not there for numbers and pictures', () => {
    expect(has(regression)).toBe(false);
    expect(has(autoencoder)).toBe(false);
  });
  it('is there while a network may still come to have classes', () => {
    expect(has(emptyDocument('new'))).toBe(true);
    expect(has(unwired)).toBe(true);
  });
  it('has a command exactly while it is there', () => {
    const command = commands().get('panel.confusion');
    documentStore.load(regression);
    expect(command?.when?.()).toBe(false);
    documentStore.load(dropoutMlp());
    expect(command?.when?.()).toBe(true);
  });
});

it('what every network has is there for every network', () => {
  const always = ['curves', 'gradients', 'samples', 'problems', 'log', 'inspector', 'layers'];
  const there = panels.filter((panel) => panelApplies(panel, analyse(regression)));
  expect(there.map(({ id }) => id)).toEqual(expect.arrayContaining(always));
});

it('a panel is called as its file', () => {
  const [panel] = panels;
  if (!panel) throw new Error('there are panels');
  const good = { [`../dock/${panel.id}.panel.tsx`]: { default: panel } };
  expect(panelsOf(good)).toEqual([panel]);
  expect(() => panelsOf({ '../dock/other.panel.tsx': { default: panel } })).toThrow(/its file/);
});
