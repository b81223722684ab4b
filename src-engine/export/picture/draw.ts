/** The drawing of a graph that a picture is made of: any project that can be opened can be drawn. */
import { analyse } from '#engine/check/analyse.ts';
import type { Analysis } from '#engine/check/analysis.ts';
import type { WeightHistogram } from '#engine/drawing/cardPicture.ts';
import { drawGraph, type DrawnGraph } from '#engine/drawing/graph.ts';
import { GRAPH_THEMES } from '#engine/drawing/theme.ts';
import { elementCount } from '#engine/ir/tensor.ts';
import type { NamedTensor } from '../safetensors.ts';
import type { PictureSubject } from '../define.ts';
import type { PictureOptions } from './options.ts';

export function drawPicture(
  { document, tensors }: PictureSubject,
  { theme, figures, transparent }: PictureOptions,
  head: readonly string[] = [],
): DrawnGraph {
  const analysis = analyse(document);
  return drawGraph({
    ...{ document, analysis, head },
    theme: GRAPH_THEMES[theme],
    withFigures: figures,
    isTransparent: transparent,
    ...(figures && tensors && { histograms: weightHistograms(analysis, tensors) }),
    attributes: { xmlns: 'http://www.w3.org/2000/svg' },
  });
}

const BINS = 32;

/** Of the largest tensor of each node: its weight, where a bias stands beside it; what is shared is its owner's. */
function weightHistograms(
  analysis: Analysis,
  tensors: ReadonlyMap<string, NamedTensor>,
): ReadonlyMap<string, WeightHistogram> {
  const found = new Map<string, WeightHistogram>();
  for (const { id, params, shared } of analysis.nodes.values()) {
    const [largest] = Object.entries(params).sort(
      ([, a], [, b]) => elementCount(b.shape) - elementCount(a.shape),
    );
    if (!largest) continue;
    const { node, key } = shared?.get(largest[0]) ?? { node: id, key: largest[0] };
    const histogram = histogramOf(tensors.get(`${node}.${key}`)?.data);
    if (histogram) found.set(id, histogram);
  }
  return found;
}

/** Undefined where there is nothing to tell apart, or numbers that are none. */
function histogramOf(data: NamedTensor['data'] | undefined): WeightHistogram | undefined {
  if (!data || data.length < 2) return undefined;
  let [min, max] = [Infinity, -Infinity];
  for (const value of data) {
    if (!Number.isFinite(value)) return undefined;
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  if (min === max) return undefined;
  const counts = new Array<number>(BINS).fill(0);
  for (const value of data) {
    const bin = Math.min(BINS - 1, Math.floor((BINS * (value - min)) / (max - min)));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return { counts, min, max };
}
