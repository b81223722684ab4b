/**
 * A run's network and data in a few words, from its settings: `Conv2d 32, 64 · Linear 128, 10`. For a column
 * of a list, where nobody has the document. Pure.
 */
import { own } from '#engine/ir/record.ts';
import type { RunSettings } from '#engine/runs/index.ts';
import { layers } from '#engine/layers/index.ts';
import { sourceText } from '../training/dataAndDevice.ts';

/** What says how wide a layer is, by what layers call it. */
const WIDTHS = ['outFeatures', 'outChannels'] as const;

/** Settings do not change once a run has begun, and rows are drawn again and again. */
function keptText(make: (settings: RunSettings) => string): (settings: RunSettings) => string {
  const known = new WeakMap<RunSettings, string>();
  return (settings) => {
    const text = known.get(settings) ?? make(settings);
    known.set(settings, text);
    return text;
  };
}

/** Layers with a width, in the order of the document; neighbours of a kind share its name. */
export const architectureText = keptText((settings) => {
  const parts: { readonly type: string; readonly widths: string[] }[] = [];
  for (const [path, type] of Object.entries(settings)) {
    if (path.includes('.') || typeof type !== 'string') continue;
    const width = WIDTHS.map((name) => own(settings, `${path}.${name}`)).find(
      (value) => value !== undefined,
    );
    if (width === undefined) continue;
    const last = parts.at(-1);
    const text = JSON.stringify(width);
    if (last?.type === type) last.widths.push(text);
    else parts.push({ type, widths: [text] });
  }
  return parts.map(({ type, widths }) => `${type} ${widths.join(', ')}`).join(' · ');
});

/** What its data nodes read: `digits`. */
export const dataText = keptText((settings) => {
  const sources = Object.entries(settings).flatMap(([node, type]) => {
    const attrs = typeof type === 'string' ? (layers.get(type)?.attrs ?? {}) : {};
    const named = Object.entries(attrs).flatMap(([name, { kind }]) =>
      kind === 'source' ? [own(settings, `${node}.${name}`)] : [],
    );
    return named.flatMap((source) => (typeof source === 'string' ? [sourceText(source)] : []));
  });
  return [...new Set(sources)].join(', ');
});
