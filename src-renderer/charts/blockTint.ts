/**
 * What of the overlay is left of a card from far away: one number, as how strong the block's colour is. Of
 * activations how large the answers of the newest step are beside the layer's largest, as its heat card has
 * it; of gradients how large the norm is among all nodes. In steps, so that a block is drawn again only when
 * it looks different.
 */
import type { LiveView } from '../state/live.ts';
import type { Overlay } from '../state/view.ts';
import { HEAT_COLUMNS, type Heat } from '../state/channelRows.ts';
import { rampTop } from './drawHeat.ts';

export const TINT_STEPS = 12;
/** Norms closer together than this are alike, in powers of ten. */
const LEAST_DECADES = 0.5;

/** From 0 to `TINT_STEPS`; `notFinite` stands out. */
export type BlockTint = number | 'notFinite';

const inSteps = (share: number): number => Math.round(Math.min(1, Math.max(0, share)) * TINT_STEPS);

/** Of those nodes that the overlay says something of. */
export function blockTints(
  live: Pick<LiveView, 'node' | 'heat'>,
  overlay: Overlay,
  nodes: readonly string[],
): ReadonlyMap<string, BlockTint> {
  switch (overlay) {
    case 'off':
      return new Map();
    case 'activations':
      return new Map(
        nodes.flatMap((id) => {
          const heat = live.heat(id);
          const isFinite = (live.node(id)?.nonFiniteShare ?? 0) === 0;
          return heat ? [[id, isFinite ? heatTint(heat) : 'notFinite'] as const] : [];
        }),
      );
    case 'gradients':
      return gradientTints(
        nodes.flatMap((id) => {
          const norm = live.node(id)?.gradientNorm;
          return norm === undefined ? [] : [[id, norm] as const];
        }),
      );
    default:
      return overlay satisfies never;
  }
}

/** The newest column beside the end of the ramp. */
export function heatTint({ cells, channels }: Heat): BlockTint {
  let sum = 0;
  for (let row = 1; row <= channels; row++) sum += cells[row * HEAT_COLUMNS - 1] ?? 0;
  if (!Number.isFinite(sum)) return 'notFinite';
  return sum === 0 ? 0 : inSteps(sum / channels / rampTop(cells));
}

/** By powers of ten, from the smallest to the largest; a norm of nothing is the smallest. */
export function gradientTints(
  norms: readonly (readonly [id: string, norm: number])[],
): ReadonlyMap<string, BlockTint> {
  const sizes = norms.map(([, norm]) => Math.log10(norm)).filter(Number.isFinite);
  const high = sizes.reduce((a, b) => Math.max(a, b), -Infinity);
  const low = Math.min(
    high - LEAST_DECADES,
    sizes.reduce((a, b) => Math.min(a, b), Infinity),
  );
  return new Map(
    norms.map(([id, norm]): [string, BlockTint] => {
      if (!Number.isFinite(norm)) return [id, 'notFinite'];
      return [id, norm === 0 ? 0 : inSteps((Math.log10(norm) - low) / (high - low))];
    }),
  );
}

export function sameTints(
  a: ReadonlyMap<string, BlockTint>,
  b: ReadonlyMap<string, BlockTint>,
): boolean {
  return a.size === b.size && [...a].every(([id, tint]) => b.get(id) === tint);
}
