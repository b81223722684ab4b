/**
 * Rules of the sections for two recorded runs: nodes that are gone are drawn where they were and cover nothing;
 * the inside of both is seen at the same step or epoch, node by node; answers are compared for the same samples
 * alone, and where there are none it is said.
 */
import { renderToStaticMarkup } from 'react-dom/server';
import { beforeEach, describe, expect, it } from 'vitest';
import type { NetworkDocument } from '#engine/ir/document.ts';
import type {
  ConfusionCounts,
  RunRow,
  SampleAnswers,
  SampleImage,
  SnapshotMap,
} from '#engine/protocol/run.ts';
import { graphDifference, matchNodes, settingsOf } from '#engine/runs/index.ts';
import { CARD } from '#engine/drawing/geometry.ts';
import { ComparedViews } from '#renderer/compare/compared.ts';
import { placeDifference, placesOf } from '#renderer/compare/graph/differenceLayout.ts';
import {
  countDifferences,
  countsOf,
  differenceWords,
  listDifferences,
} from '#renderer/compare/graph/differences.ts';
import {
  goToDifference,
  graphStore,
  registerCamera,
  walkDifferences,
} from '#renderer/compare/graph/graphStore.ts';
import {
  alignNodes,
  lengthOf,
  placeOf,
  stepAt,
  stripCells,
} from '#renderer/compare/inside/align.ts';
import { overlayOf } from '#renderer/compare/inside/overlay.ts';
import { pairOf } from '#renderer/compare/pair.ts';
import { confusionDifference } from '#renderer/compare/samples/confusionDifference.ts';
import { answersLike, errorImage, sameInputs } from '#renderer/compare/samples/sameInputs.ts';
import { sections } from '#renderer/compare/sections.ts';
import { RunSession } from '#renderer/state/runSession.ts';
import type { RunView } from '#renderer/state/runView.ts';
import { pointsDocument } from '#test/support/documents.ts';
import { bellHistogram, runSummary, telemetryFrame } from '#test/support/runFixtures.ts';
import { restoredAfter } from '../support/restoredAfter.ts';

restoredAfter(graphStore);

/** Each 200 px behind the one before. */
function inRow(document: NetworkDocument): NetworkDocument {
  const nodes = document.nodes.map((node, i) => ({ ...node, position: { x: i * 224, y: 0 } }));
  return { ...document, nodes };
}
const before = inRow(pointsDocument('moons', 2));
/** Without its activation, the last layers moved up; the first one wider. */
const after: NetworkDocument = {
  ...before,
  nodes: before.nodes
    .filter(({ id }) => id !== 'relu1')
    .map((node, i) => ({
      ...node,
      attrs: node.id === 'fc1' ? { outFeatures: 64 } : node.attrs,
      position: { x: i * 224, y: 0 },
    })),
  wires: [
    ...before.wires.filter(({ from, to }) => from.node !== 'relu1' && to.node !== 'relu1'),
    { from: { node: 'fc1', port: 'y' }, to: { node: 'fc2', port: 'x' } },
  ],
};

const row = (id: string, document: NetworkDocument, more: Partial<RunRow> = {}): RunRow => ({
  ...runSummary(id, 'finished', 100),
  settings: settingsOf(document),
  ...more,
});

describe('two graphs on one canvas', () => {
  const difference = graphDifference(before, after);
  const placed = placeDifference(difference, before, after);

  it('have what is there where it is, and what is gone where it was, covering nothing', () => {
    const places = placesOf(difference);
    for (const { id, position } of after.nodes) expect(places.get(id)).toEqual(position);
    const gone = placed.nodes.find(({ kind }) => kind === 'removed');
    expect(gone?.node.id).toBe('relu1');
    // Its place is taken by what moved up: beside it, and not far.
    for (const { key, position } of placed.nodes) {
      if (key === gone?.key || !gone) continue;
      const isClear =
        Math.abs(position.x - gone.position.x) >= CARD.width ||
        Math.abs(position.y - gone.position.y) >= CARD.height;
      expect(isClear, key).toBe(true);
    }
    const was = before.nodes.find(({ id }) => id === 'relu1');
    expect(Math.abs((gone?.position.x ?? 0) - (was?.position.x ?? 0))).toBeLessThan(224);
  });

  it('have a wire for each of either, in its kind', () => {
    const kinds = placed.wires.map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'removed')).toHaveLength(2);
    expect(kinds.filter((kind) => kind === 'added')).toHaveLength(1);
    expect(placed.wires.every(({ path }) => path.startsWith('M'))).toBe(true);
  });

  it('differ in a list, in words, that one walks through around both ends', () => {
    const list = listDifferences(difference, placed);
    expect(countDifferences(list)).toEqual({ changed: 1, added: 0, removed: 1, renamed: 0 });
    // Of a run that is not drawn the same is told without a picture.
    expect(countsOf(difference)).toEqual(countDifferences(list));
    const looked: string[] = [];
    registerCamera({
      center: ({ title }) => void looked.push(title),
      fit: () => undefined,
      zoomBy: () => undefined,
    });
    graphStore.setState({ list, current: null });
    expect(list.find(({ key }) => key === 'fc1')?.details).toEqual(['Out features 16 → 64']);
    goToDifference('fc1');
    expect(differenceWords(list, graphStore.getState().current)).toContain(
      'fc1, changed. Out features 16 → 64',
    );
    walkDifferences(1);
    walkDifferences(1);
    expect(looked).toEqual(['fc1', 'relu1', 'fc1']);
    registerCamera(null);
    graphStore.setState({ list: [], current: null });
  });
});

describe('aligned', () => {
  const short = { stepsPerEpoch: 10, lastStep: 30 };
  const long = { stepsPerEpoch: 100, lastStep: 200 };

  it('by step as far as the longer goes; by epoch each at its own step', () => {
    expect(lengthOf([short, long], 'step')).toBe(200);
    expect(lengthOf([short, long], 'epoch')).toBe(3);
    expect([short, long].map((run) => stepAt(1.5, run, 'epoch'))).toEqual([15, 150]);
    expect([short, long].map((run) => stepAt(150, run, 'step'))).toEqual([30, 150]);
    expect(placeOf(25, short, 'epoch')).toBe(2.5);
    expect(stepAt(0.3, short, 'epoch')).toBe(3);
  });

  it('node by node, through the match of the graphs; what one alone has stands where it is', () => {
    const pairs = matchNodes(before, after);
    expect(alignNodes(['fc1', 'relu1', 'fc2'], ['fc1', 'fc2'], pairs)).toEqual([
      { key: 'fc1', base: 'fc1', other: 'fc1' },
      { key: 'relu1', base: 'relu1', other: null },
      { key: 'fc2', base: 'fc2', other: 'fc2' },
    ]);
    expect(alignNodes(['fc1', 'fc2'], ['fc1', 'bn', 'fc2'], pairs).map(({ key }) => key)).toEqual([
      ...['fc1', '+bn', 'fc2'],
    ]);
  });

  it('strips are empty where a run is over or has no such node', () => {
    const rows = [10, 20].map((step) => ({
      step,
      logNorm: Float32Array.of(step, -step),
      updateRatio: new Float32Array(2),
    }));
    const cells = stripCells(rows, [0, -1, 1], 4, (bin) => (bin + 1) * 10);
    expect([...cells]).toEqual([
      ...[10, NaN, -10],
      ...[20, NaN, -20],
      ...[NaN, NaN, NaN],
      ...[NaN, NaN, NaN],
    ]);
  });

  it('distributions over the range of both, each of all its values', () => {
    const { min, max, shares } = overlayOf([bellHistogram(-1, 1), bellHistogram(-4, 2)], 12);
    expect([min, max]).toEqual([-4, 2]);
    for (const list of shares) expect(list.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5);
    expect(shares[0]?.[0]).toBe(0);
  });
});

const image = (...pixels: number[]): SampleImage => ({
  ...{ channels: 1, height: 1, width: pixels.length, pixels: Uint8Array.from(pixels) },
});
const classes = (
  samples: readonly (readonly [row: number, label: number, first: number])[],
  loss = 'loss',
): Extract<SampleAnswers, { kind: 'classification' }> => ({
  kind: 'classification',
  loss,
  step: 100,
  classNames: ['a', 'b'],
  samples: samples.map(([row, label, first]) => ({
    ...{ row, label, loss: 0, image: image(row) },
    probabilities: Float32Array.of(first, 1 - first),
  })),
});

describe('the same inputs', () => {
  it('are those of the same row, truth and input, most disagreed about first', () => {
    const found = sameInputs([
      classes([
        [1, 0, 0.9],
        [2, 1, 0.5],
        [3, 0, 0.2],
        [4, 0, 1],
      ]),
      classes([
        [3, 0, 0.9],
        [2, 1, 0.4],
        [1, 0, 0.9],
        [4, 1, 1],
      ]),
    ]);
    if (found.kind !== 'classification') throw new Error(found.kind);
    expect(found.samples.map((each) => each.row)).toEqual([3, 2, 1]);
    expect(found.samples[0]?.disagreement).toBeCloseTo(0.7, 5);
    // Row 4 is another sample in the other run.
    expect(found.leftOut).toBe(1);
  });

  it('are said to be none where runs had other samples or other classes', () => {
    expect(sameInputs([classes([[1, 0, 1]]), classes([[2, 0, 1]])])).toMatchObject({
      kind: 'none',
      why: expect.stringContaining('different samples') as unknown,
    });
    const others = { ...classes([[1, 0, 1]]), classNames: ['x', 'y'] };
    expect(sameInputs([classes([[1, 0, 1]]), others])).toMatchObject({ kind: 'none' });
  });

  it('of regression are those of equal inputs and targets', () => {
    const values = (predictions: readonly number[], targets = [1, 2]): SampleAnswers => ({
      ...{ kind: 'regression', step: 1, inputs: Float32Array.of(0, 1), inputCount: 1 },
      targets: Float32Array.from(targets),
      predictions: Float32Array.from(predictions),
    });
    const found = sameInputs([values([1, 2]), values([1, 5])]);
    if (found.kind !== 'regression') throw new Error(found.kind);
    expect(found.samples.map(({ target, disagreement }) => [target, disagreement])).toEqual([
      [2, 3],
      [1, 0],
    ]);
    expect(sameInputs([values([1, 2]), values([1, 2], [1, 3])]).kind).toBe('none');
  });

  it('of several numbers are told apart by their names', () => {
    const values = (predictions: readonly number[]): SampleAnswers => ({
      ...{ kind: 'regression', step: 1, inputs: Float32Array.of(5, 6), inputCount: 1 },
      ...{ names: ['high', 'low'], count: 2, targets: Float32Array.of(1, 2, 3, 4) },
      predictions: Float32Array.from(predictions),
    });
    const found = sameInputs([values([1, 2, 3, 4]), values([1, 2, 3, 9])]);
    if (found.kind !== 'regression') throw new Error(found.kind);
    expect(found.samples[0]).toMatchObject({ name: 'low', input: 6, target: 4, disagreement: 5 });
  });

  it('of labels by the one that they disagree about most', () => {
    const told = (shares: readonly number[], has = [1, 0]): SampleAnswers => ({
      ...{ kind: 'labels', step: 1, names: ['red', 'round'] },
      samples: [
        { row: 3, labels: Uint8Array.from(has), probabilities: Float32Array.from(shares), loss: 0 },
      ],
    });
    const found = sameInputs([told([0.9, 0.1]), told([0.8, 0.7])]);
    if (found.kind !== 'labels') throw new Error(found.kind);
    expect(found.samples[0]?.disagreement).toBeCloseTo(0.6, 5);
    expect(sameInputs([told([0.9, 0.1]), told([0.9, 0.1], [0, 1])]).kind).toBe('none');
  });

  it('of an autoencoder by their pixels, and how far each is off as an image', () => {
    const made = (...pixels: number[]): SampleAnswers => ({
      kind: 'reconstruction',
      step: 1,
      samples: [
        {
          ...{ row: 7, input: image(0, 0), target: image(0, 0), loss: 0, psnrDb: 10 },
          reconstruction: image(...pixels),
        },
      ],
    });
    const found = sameInputs([made(0, 0), made(255, 255)]);
    if (found.kind !== 'reconstruction') throw new Error(found.kind);
    expect(found.samples[0]?.disagreement).toBeCloseTo(1, 5);
    expect([...errorImage(image(10, 0), image(0, 30)).pixels]).toEqual([10, 30]);
  });

  it('go by the name of the head; the only one of a kind may be called otherwise', () => {
    const [head, other] = [classes([], 'digit'), classes([], 'sign')];
    expect(answersLike({ ...other, others: [head] }, head)).toBe(head);
    expect(answersLike(other, head)).toBe(other);
    expect(answersLike({ ...other, others: [classes([], 'third')] }, head)).toBeNull();
  });
});

describe('the difference of two confusion matrices', () => {
  const counts = (...list: number[]): ConfusionCounts => ({
    ...{ loss: 'loss', classNames: ['a', 'b'], counts: Uint32Array.from(list) },
  });
  it('is signed, in samples where both judged as many', () => {
    const found = confusionDifference(counts(8, 2, 1, 9), counts(9, 1, 4, 6));
    expect(found).toMatchObject({ unit: 'samples' });
    expect([...(found?.cells ?? [])]).toEqual([1, -1, 3, -3]);
    expect(found?.recall[0]).toBeCloseTo(0.1);
    expect(found?.accuracy).toBeCloseTo(-0.1);
  });
  it('is in shares of a class where they judged other numbers, and none between other classes', () => {
    const found = confusionDifference(counts(8, 2, 1, 9), counts(9, 11, 1, 9));
    expect(found?.unit).toBe('shares');
    expect(found?.cells[0]).toBeCloseTo(0.45 - 0.8);
    expect(
      confusionDifference(counts(1, 0, 0, 1), { ...counts(1, 0, 0, 1), classNames: ['a', 'c'] }),
    ).toBeNull();
  });
});

describe('the pair', () => {
  it('is the baseline and another one, by choice where there are several', () => {
    const [a, b, c] = [row('a', before), row('b', before), row('c', before)];
    const runs = [a, b, c];
    expect(pairOf({ runs, baseline: null }, null)).toEqual({ base: a, other: b });
    expect(pairOf({ runs, baseline: b }, null)).toEqual({ base: b, other: a });
    expect(pairOf({ runs, baseline: b }, 'c')).toEqual({ base: b, other: c });
    expect(pairOf({ runs, baseline: b }, 'b')).toEqual({ base: b, other: a });
    expect(pairOf({ runs: [a], baseline: null }, null)).toBeNull();
  });
});

describe('sections of two recorded runs', () => {
  let [a, b] = [new RunSession('a'), new RunSession('b')];
  const rows = [row('a', before, { name: 'plain' }), row('b', after, { name: 'wide' })];
  const compared = { runs: rows, baseline: rows[0] ?? null };

  function markup(id: string): string {
    const section = sections.find((each) => each.id === id);
    if (!section) throw new Error(id);
    const views = new Map(
      [a, b].map((session) => [session.id, { session: () => session } as unknown as RunView]),
    );
    const { Component } = section;
    return renderToStaticMarkup(
      <ComparedViews value={views}>
        <Component {...compared} />
      </ComparedViews>,
    );
  }
  const record = <K extends keyof SnapshotMap>(
    kind: K,
    of: RunSession,
    body: SnapshotMap[K],
  ): void => of.addSnapshot({ kind, body });

  beforeEach(() => {
    [a, b] = [new RunSession('a'), new RunSession('b')];
    a.setDocument(before);
    b.setDocument(after);
  });

  it('the graphs: every difference is in the list, with its sign', () => {
    const html = markup('graph');
    expect(html).toContain('Out features 16 → 64');
    expect(html).toMatch(/relu1<\/b> <span>removed/);
    expect(html).toContain('From plain to wide: difference of the graphs');
    b.setDocument(before);
    expect(markup('graph')).toContain('Both runs trained the same graph.');
  });

  it('the inside: says what is missing, and shows what is there', () => {
    expect(markup('flows')).toContain('recorded nothing of its inside');
    record('telemetry', a, telemetryFrame(100, ['fc1', 'relu1', 'fc2']));
    record('telemetry', b, telemetryFrame(50, ['fc1', 'fc2']));
    expect(markup('flows')).toContain('Gradient norms by node of plain and wide');
    const html = markup('distributions');
    expect(html).toContain('Histograms of the weights of fc1 in plain and wide');
    expect(html).toContain('step 100');
    expect(html).toContain('step 50');
  });

  it('the same inputs: what each says, wrong ones marked by a sign, truth beside', () => {
    expect(markup('samples')).toContain('recorded answers to samples');
    record('samples', a, classes([[1, 0, 0.9]]));
    record('samples', b, classes([[1, 0, 0.2]]));
    const html = markup('samples');
    expect(html).toContain('90');
    expect(html).toMatch(/✗ b/);
    record('samples', b, { ...classes([[2, 0, 0.2]]), step: 200 });
    expect(markup('samples')).toContain('shown different samples');
  });
});
