/**
 * Rule: analyse() answers for every document that restoreDocument lets in, however senseless, and its fixes
 * can always be applied. Random graphs (seeded) over the whole registry, with random attributes.
 */
import { expect, test } from 'vitest';
import { analyse } from '#engine/check/analyse.ts';
import { applyEdits } from '#engine/ir/applyEdits.ts';
import type { Attr, JsonValue } from '#engine/ir/attrs.ts';
import type { NetworkDocument, Wire } from '#engine/ir/document.ts';
import { restoreDocumentText, serializeDocument } from '#engine/ir/restoreDocument.ts';
import { layers } from '#engine/layers/index.ts';
import { readAttrs } from '#engine/ir/readAttrs.ts';
import { IMAGE, LABEL, features, target } from '#test/support/network.ts';

/** Mulberry32: small and good enough to choose test cases. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

type Random = (below: number) => number;
const pick = <T>(random: Random, from: readonly T[]): T => {
  const item = from[random(from.length)];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
};

function randomValue(random: Random, attr: Attr): JsonValue {
  if (random(12) === 0) return pick<JsonValue>(random, [null, 'x', -1, 1.5, [], {}, [0, 0], true]);
  switch (attr.kind) {
    case 'int':
      return pick(random, [1, 2, 3, 8, 10, attr.default]);
    case 'number':
      return pick(random, [0, 0.1, 0.5, 0.9, attr.default]);
    case 'bool':
      return random(2) === 0;
    case 'choice':
      return pick(random, attr.options);
    case 'pair':
      return pick<JsonValue>(random, [1, 2, [3, 3], [1, 5], [28, 28], [...attr.default]]);
    case 'shape':
      return pick<JsonValue>(random, [[1, 28, 28], [-1], [784], [10], [2, -1], [-1, -1], []]);
    case 'numbers':
      return pick<JsonValue>(random, [[], [1], [0.5, 2], Array<number>(10).fill(1)]);
    case 'fields': {
      const all = [IMAGE, LABEL, features(3), target(1), { ...LABEL, name: 'yes', classes: 2 }];
      return all.slice(random(2), 1 + random(all.length)) as unknown as JsonValue;
    }
    case 'text':
    case 'source':
      return attr.default;
    case 'options':
      return {};
    case 'names':
      return pick<JsonValue>(random, [[], ['a'], ['']]);
    case 'steps': {
      const known = Object.keys(attr.steps).map((step) => ({ step, off: random(2) === 0 }));
      return pick<JsonValue>(random, [[], known, [{ step: 'none' }]]);
    }
    default:
      return attr satisfies never;
  }
}

const TYPES = [...layers.keys()];

function randomDocument(seed: number): NetworkDocument {
  const random = numbers(seed);
  const types = ['Data', ...Array.from({ length: 1 + random(14) }, () => pick(random, TYPES))];
  if (random(4) > 0) types.push(pick(random, ['CrossEntropyLoss', 'MSELoss', 'BCEWithLogitsLoss']));
  const nodes = types.map((type, i) => {
    const schema = layers.get(type)?.attrs ?? {};
    const attrs = Object.fromEntries(
      Object.entries(schema)
        .filter(([name]) => name === 'fields' || random(3) === 0)
        .map(([name, attr]) => [name, randomValue(random, attr)]),
    );
    return {
      id: `n${i}`,
      type: random(30) === 0 ? `${type}X` : type,
      attrs,
      position: { x: 16 * random(100), y: 16 * random(50) },
      ...(random(15) === 0 ? { bypassed: true } : {}),
    };
  });
  const ports = (i: number, side: 'in' | 'out'): readonly string[] => {
    const node = nodes[i];
    const definition = layers.get(node?.type ?? '');
    return definition && node
      ? definition.ports(readAttrs(definition.attrs, node.attrs).attrs)[side]
      : ['x'];
  };
  const wires = nodes.flatMap((_node, to): Wire[] =>
    ports(to, 'in').flatMap((port): Wire[] => {
      if (random(8) === 0) return [];
      // Mostly from shortly before, now and then from anywhere (cycles), or from a port that is none.
      const from = random(12) === 0 ? random(nodes.length) : Math.max(0, to - 1 - random(2));
      const [out = 'nowhere'] =
        random(20) === 0 ? [] : [pick(random, [...ports(from, 'out'), 'y'])];
      return [{ from: { node: `n${from}`, port: out }, to: { node: `n${to}`, port } }];
    }),
  );
  const restored = restoreDocumentText(
    JSON.stringify({
      format: 'netloom',
      version: 1,
      name: `seed ${seed}`,
      nodes,
      wires,
      training: random(5) === 0 ? { batchSize: 1, objectives: [{}, {}] } : {},
    }),
  );
  if (!restored.ok) throw new Error(JSON.stringify(restored.problems));
  return restored.document;
}

const SEEDS = Array.from({ length: 400 }, (_, i) => i + 1);

test('every fix of every problem of 400 random graphs removes it', () => {
  const failures: string[] = [];
  const seen = new Set<string>();
  let tried = 0;
  for (const seed of SEEDS) {
    const document = randomDocument(seed);
    for (const problem of analyse(document).problems) {
      seen.add(problem.code);
      for (const fix of problem.fixes ?? []) {
        tried++;
        const after = analyse(applyEdits(document, fix.edits));
        const left = after.problems.some(
          ({ code, node, port, path }) =>
            code === problem.code &&
            node === problem.node &&
            port === problem.port &&
            path === problem.path,
        );
        if (left)
          failures.push(`seed ${seed}: "${fix.label}" leaves ${problem.code} of ${problem.node}`);
      }
    }
  }
  expect(failures).toEqual([]);
  expect(tried).toBeGreaterThan(2_000);
  expect(seen.size).toBeGreaterThan(25);
});

test('random graphs survive their file unchanged', () => {
  for (const seed of SEEDS.slice(0, 100)) {
    const document = randomDocument(seed);
    expect(restoreDocumentText(serializeDocument(document))).toEqual({
      ok: true,
      document,
      problems: [],
    });
  }
});

test('analysis does not depend on what was analysed before', () => {
  for (const seed of SEEDS.slice(0, 100)) {
    const document = randomDocument(seed);
    const again = structuredClone(document);
    // The second has no remembered nodes: its objects are new.
    expect(analyse(again)).toEqual(analyse(document));
  }
});
