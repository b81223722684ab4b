/**
 * What a card's channels say, in words, where a pointer rests on it: as the card's title, written when the
 * pointer comes, since the numbers change ten times a second and nobody reads most of them.
 */
import type { NodeAnalysis } from '#engine/check/analysis.ts';
import { describeTelemetry } from '../charts/drawNode.ts';
import { describeHeat } from '../charts/drawHeat.ts';
import { live } from '../state/live.ts';

/** Returns the way to stop. `nodeOf`: null for cards that show no channels. */
export function heatHints(
  root: HTMLElement,
  nodeOf: (id: string) => NodeAnalysis | null,
): () => void {
  const onEnter = ({ target }: Event): void => {
    const card = target instanceof Element ? target.closest<HTMLElement>('[data-node]') : null;
    const node = nodeOf(card?.dataset['node'] ?? '');
    if (!card) return;
    const heat = node && live.heat(node.id);
    const telemetry = node && live.node(node.id);
    if (node && heat && telemetry) {
      card.title = `${node.type} ${node.id}: ${describeHeat(heat)}; ${describeTelemetry(telemetry)}`;
    } else card.removeAttribute('title');
  };
  root.addEventListener('pointerover', onEnter, { passive: true });
  return () => root.removeEventListener('pointerover', onEnter);
}
