/**
 * Slow motion: each step that is shown is walked over the cards, forward in the order of the computation and
 * back along what the gradient flows through, with the layer at work marked. Set past React: no card is
 * rendered for it.
 */
import { useEffect, type RefObject } from 'react';
import type { Analysis } from '#engine/check/analysis.ts';
import { documentStore } from '../state/document.ts';
import { live } from '../state/live.ts';
import { watchingStore } from '../state/watching.ts';

export interface WalkStop {
  readonly node: string;
  readonly pass: 'forward' | 'backward';
  /** After the step was shown. */
  readonly atMs: number;
}

/** Of the second that a step lasts; the rest is rest, so that one sees where the next begins. */
const PASS_MS = { forward: 420, backward: 420 } as const;

/** The forward pass from the data to the losses; back, what a gradient is computed for. */
export function walkOf({ live: order, objectives, nodes }: Analysis): readonly WalkStop[] {
  const trained = new Set(
    objectives.flatMap(({ groups }) => groups.flatMap((group) => group.nodes)),
  );
  const first = order.findIndex((id) => trained.has(id));
  const back = first < 0 ? [] : order.slice(first).toReversed();
  const backward = back.filter((id) => nodes.get(id)?.definition?.stopsGradient !== true);
  const stops = (pass: WalkStop['pass'], ids: readonly string[], fromMs: number): WalkStop[] =>
    ids.map((node, i) => ({ node, pass, atMs: fromMs + (PASS_MS[pass] * i) / ids.length }));
  return [...stops('forward', order, 0), ...stops('backward', backward, PASS_MS.forward)];
}

/** Walks while the pace is slow and the newest step is on show. */
export function useLayerWalk(root: RefObject<HTMLDivElement | null>): void {
  useEffect(() => {
    const stillness = window.matchMedia('(prefers-reduced-motion: reduce)');
    let marked: Element | null = null;
    let timer = 0;
    let step = -1;
    const mark = (stop: WalkStop | null): void => {
      marked?.removeAttribute('data-at-work');
      const node = stop && CSS.escape(stop.node);
      marked =
        node === null ? null : (root.current?.querySelector(`[data-node="${node}"]`) ?? null);
      if (stop) marked?.setAttribute('data-at-work', stop.pass);
    };
    const end = (): void => {
      cancelAnimationFrame(timer);
      mark(null);
    };
    const begin = (): void => {
      const shown = live.frame?.step ?? -1;
      const slow = watchingStore.getState().pace === 'slow' && !live.pinned && !stillness.matches;
      if (!slow || shown === step) {
        if (!slow) end();
        return;
      }
      step = shown;
      end();
      const stops = walkOf(documentStore.getState().analysis);
      const startedAt = performance.now();
      let at = -1;
      const go = (): void => {
        const elapsed = performance.now() - startedAt;
        const next = stops.findLastIndex((stop) => stop.atMs <= elapsed);
        if (elapsed >= PASS_MS.forward + PASS_MS.backward) {
          mark(null);
          return;
        }
        if (next !== at) mark(stops[(at = next)] ?? null);
        timer = requestAnimationFrame(go);
      };
      timer = requestAnimationFrame(go);
    };
    const stop = live.subscribeFrames(begin);
    return () => {
      stop();
      end();
    };
  }, [root]);
}
