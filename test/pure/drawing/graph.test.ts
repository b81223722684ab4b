/**
 * Rule: the drawing of a graph shows every node, wire and shape within its bounds, in the colours of the window,
 * with nothing in it that paper or a LaTeX package cannot take, whatever names are and however wrong the network is.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { analyse } from '#engine/check/analyse.ts';
import { drawPicture } from '#engine/export/picture/draw.ts';
import { drawGraph, type GraphDrawing } from '#engine/drawing/graph.ts';
import { element, escaped } from '#engine/drawing/markup.ts';
import { fitted, humpsOf, hyphenPlace, textWidth, wrapped } from '#engine/drawing/textWidth.ts';
import { GRAPH_THEMES, THEMES, type GraphTheme } from '#engine/drawing/theme.ts';
import { emptyDocument, type NetworkDocument } from '#engine/ir/document.ts';
import { restoreDocumentText } from '#engine/ir/restoreDocument.ts';
import { pointsDocument } from '#test/support/documents.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const EXAMPLES = join(ROOT, 'resources', 'examples');

function example(name: string): NetworkDocument {
  const restored = restoreDocumentText(readFileSync(join(EXAMPLES, name), 'utf8'));
  if (!restored.ok) throw new Error(`${name} is no project`);
  return restored.document;
}

const draw = (document: NetworkDocument, change: Partial<GraphDrawing> = {}): string =>
  drawGraph({
    ...{ document, analysis: analyse(document), theme: GRAPH_THEMES.light, withFigures: true },
    ...change,
  }).svg;

const texts = (svg: string): string[] =>
  [...svg.matchAll(/<text [^>]*>([^<]*)<\/text>/g)].map(([, text = '']) => text);

describe.each(readdirSync(EXAMPLES).filter((file) => file.endsWith('.json')))('%s', (name) => {
  const document = example(name);

  it.each(THEMES)('is drawn whole in %s', (theme) => {
    const svg = draw(document, { theme: GRAPH_THEMES[theme] });
    expect(svg.match(/<title>/g)).toHaveLength(document.nodes.length + 1);
    expect(svg).not.toMatch(/NaN|undefined|Infinity|foreignObject|<script|href=/);
    expect(svg).toContain(GRAPH_THEMES[theme].card);
    // Every element that is opened is closed.
    const count = (pattern: RegExp): number => svg.match(pattern)?.length ?? 0;
    expect(count(/<[a-z][^>]*>/g) - count(/\/>/g)).toBe(count(/<\/[a-z]+>/g));
  });

  it('has no figures where they are not wanted, and every name', () => {
    const plain = texts(draw(document, { withFigures: false }));
    expect(plain.filter((text) => /\bparam|FLOP|×/.test(text))).toEqual([]);
    const shown = plain.map((text) => text.replace('…', ''));
    for (const { id, name: given = id } of document.nodes) {
      expect(shown.some((text) => text !== '' && given.startsWith(text))).toBe(true);
    }
  });
});

it('tells shapes beside wires, parameters and cost', () => {
  const found = texts(draw(example('digits-mlp.netloom.json')));
  expect(found).toContain('N×784');
  expect(found.some((text) => text.endsWith('params'))).toBe(true);
  expect(found.some((text) => text.endsWith('FLOP'))).toBe(true);
});

it('has room for a wire that leads back', () => {
  const document = pointsDocument('moons', 2);
  const nodes = document.nodes.map((node, i) => ({
    ...node,
    position: { x: (i % 2) * 224, y: Math.floor(i / 2) * 192 },
  }));
  const svg = draw({ ...document, nodes });
  const [left = 0, top = 0, width = 0, height = 0] =
    /viewBox="([^"]*)"/.exec(svg)?.[1]?.split(' ').map(Number) ?? [];
  const lines = [...svg.matchAll(/<path d="(M[^"]*)"\/>/g)].map(([, d = '']) => d);
  const wires = lines.filter((d) => /^M[\d.-]+ [\d.-]+L/.test(d));
  expect(wires.length).toBeGreaterThan(2);
  for (const wire of wires) {
    for (const [, x, y] of wire.matchAll(/[ML]([\d.-]+) ([\d.-]+)/g)) {
      expect(Number(x)).toBeGreaterThan(left);
      expect(Number(x)).toBeLessThan(left + width);
      expect(Number(y)).toBeGreaterThan(top);
      expect(Number(y)).toBeLessThan(top + height);
    }
  }
});

it('draws what cannot be trained: nothing, unknown layers, wires that do not fit', () => {
  expect(draw(emptyDocument('none'))).toContain('An empty network');
  const document = pointsDocument('moons', 2);
  const [first, ...others] = document.nodes;
  if (!first) throw new Error('no node');
  const unknown = { ...document, nodes: [{ ...first, type: 'FromTheFuture' }, ...others] };
  expect(texts(draw(unknown))).toContain('unknown layer');
  const wrong = document.nodes.map((node) =>
    node.type === 'Linear' ? { ...node, attrs: { ...node.attrs, outFeatures: -1 } } : node,
  );
  expect(draw({ ...document, nodes: wrong })).toContain(GRAPH_THEMES.light.danger);
});

it('takes any name for text', () => {
  const document = pointsDocument('moons', 2);
  const nasty = `</text><script>"'&\u0000\ud800`;
  const nodes = document.nodes.map((node) => ({ ...node, name: nasty }));
  const svg = draw({ ...document, name: nasty, nodes });
  expect(svg).not.toContain('<script');
  // oxlint-disable-next-line no-control-regex -- They are what must not be there.
  expect(svg).not.toMatch(/[\u0000-\u0008]|[\ud800-\udbff](?![\udc00-\udfff])/);
  expect(escaped('a\u0007b')).toBe('a\ufffdb');
  expect(element('g', { x: 1.23456, y: undefined, z: '"' })).toBe('<g x="1.23" z="&quot;"/>');
});

it('says a long kind and the name beside it whole, in two lines if need be', () => {
  const found = texts(draw(example('digits-transformer.netloom.json')));
  const expected = ['LearnedPositional', 'Embedding', 'position', 'Cross', 'EntropyLoss', 'loss'];
  for (const text of expected) expect(found).toContain(text);
  expect(found.filter((text) => text.endsWith('…'))).toEqual([]);
});

it('leaves the names of many outputs the room that they need', () => {
  const svg = draw(example('shapes-tasks.netloom.json'));
  const place = (content: string): Record<'x' | 'y', number> => {
    const [, x, y] =
      new RegExp(`<text x="([\\d.]+)" y="([\\d.]+)"[^>]*>${content}<`).exec(svg) ?? [];
    return { x: Number(x), y: Number(y) };
  };
  // The first output's name ends at the right edge, beside the summary.
  const summary = texts(svg).find((text) => text.startsWith('3×32')) ?? '';
  const [of, name] = [place(summary), place('image')];
  expect(Math.abs(of.y - name.y)).toBeLessThan(10);
  const end = of.x + textWidth(summary, { family: 'mono', sizePx: 9 });
  expect(end).toBeLessThan(name.x - textWidth('image', { family: 'text', sizePx: 9.5 }));
  // The last one stands on the line of the foot, which ends before it.
  const last = place('size');
  const lines = [...svg.matchAll(/<path d="M3 107\.5H([\d.]+)"/g)].map(([, x]) => Number(x));
  const begins = last.x - textWidth('size', { family: 'text', sizePx: 9.5 });
  expect(last.y).toBeGreaterThan(107.5);
  expect(lines.filter((x) => x < begins)).toHaveLength(1);
});

it('shows how weights are distributed where they are known', () => {
  const document = pointsDocument('moons', 2);
  const histograms = new Map([['fc1', { counts: [1, 4, 0, 2], min: -0.5, max: 2 }]]);
  const found = texts(draw(document, { histograms }));
  expect(found).toContain('−0.50');
  expect(found).toContain('2.0');
});

it('shows weights that are shared wherever they are used', () => {
  const document = example('digits-gan.netloom.json');
  const weight = { shape: [4], data: Float32Array.of(-3.25, 0, 1, 7.75) };
  const drawn = (names: readonly string[]): readonly string[] => {
    const tensors = new Map(names.map((name) => [name, weight]));
    const options = { theme: 'light', figures: true, transparent: false, project: false } as const;
    return texts(drawPicture({ document, tensors }, options).svg);
  };
  const times = (found: readonly string[]): number => found.filter((text) => text === '7.8').length;
  expect(times(drawn(['g1.weight']))).toBe(1);
  expect(times(drawn(['d1.weight']))).toBe(2);
});

it('has the colours of the window', () => {
  const css = readFileSync(join(ROOT, 'src-renderer/ui/tokens.css'), 'utf8');
  const tokens = (theme: 'light' | 'dark'): ((name: string) => string | undefined) => {
    const block = css.slice(css.indexOf(`:root[data-theme='${theme}']`));
    return (name) => new RegExp(`--${name}: (#[0-9a-f]{6});`).exec(block)?.[1];
  };
  for (const name of ['light', 'dark'] as const) {
    const token = tokens(name);
    expect(GRAPH_THEMES[name]).toEqual({
      canvas: token('s-canvas'),
      card: token('s-raised'),
      border: token('b-2'),
      line: token('b-1'),
      text: token('t-1'),
      soft: token('t-2'),
      faint: token('t-3'),
      wire: token('wire'),
      port: token('wire-hover'),
      wireLabel: token('wire-label'),
      danger: token('danger'),
      frame: token('warn'),
      categories: {
        Data: token('c-data'),
        Linear: token('c-linear'),
        Convolution: token('c-conv'),
        Activation: token('c-act'),
        Normalisation: token('c-norm'),
        Pooling: token('c-pool'),
        Sequence: token('c-sequence'),
        Shape: token('c-shape'),
        Merge: token('c-merge'),
        Noise: token('c-noise'),
        Loss: token('c-loss'),
      },
    } satisfies Record<keyof GraphTheme, unknown>);
  }
});

it('what does not fit ends in an ellipsis or goes on in the next line', () => {
  const font = { family: 'mono', sizePx: 10 } as const;
  expect(textWidth('12345', font)).toBe(30);
  expect(fitted('12345', font, 30)).toBe('12345');
  expect(fitted('123456', font, 30)).toBe('1234…');
  expect(fitted('123456', font, 5)).toBe('');
  expect(wrapped(['aa ', 'bb ', 'cc ', 'dd'], font, 36, 2)).toEqual(['aa bb', 'cc dd']);
  expect(wrapped(['aa ', 'bb ', 'cc ', 'dd'], font, 30, 1)).toEqual(['aa b…']);
});

it('a long word is parted before a syllable, a short one nowhere', () => {
  const parted = (word: string): string => {
    const at = hyphenPlace(word);
    return at === null ? word : `${word.slice(0, at)}-${word.slice(at)}`;
  };
  expect(parted('Reparameterise')).toBe('Repara-meterise');
  expect(parted('Convolutional')).toBe('Convolu-tional');
  expect(parted('LeakyReLU')).toBe('LeakyReLU');
  expect(parted('aaaaaaaaaaaa')).toBe('aaaaaaaaaaaa');
});

it('names of layers break where words begin, and ReLU is one', () => {
  expect(humpsOf('CrossEntropyLoss')).toEqual(['Cross', 'Entropy', 'Loss']);
  expect(humpsOf('LeakyReLU')).toEqual(['Leaky', 'ReLU']);
  expect(humpsOf('AdaptiveAvgPool2d')).toEqual(['Adaptive', 'Avg', 'Pool2d']);
  expect(humpsOf('ReLU6')).toEqual(['ReLU6']);
});
