/**
 * The dots under the cards: every 16 px, wider apart where those would be a haze. A pattern repeats, so a
 * camera that pans moves one picture of it by less than a gap, and nothing is painted; one that zooms
 * stretches it until it rests or the stretch shows. Set past React.
 */
import { useStoreApi } from '@xyflow/react';
import { useId, useLayoutEffect, useRef } from 'react';
import { motion } from '../state/motion.ts';
import { GRID } from '#engine/drawing/geometry.ts';

/** Closer on screen than this they are a haze. */
const CLOSEST_PX = 8;
/** A stretch beyond this shows. Dots.css has the room that the smallest leaves. */
const STRETCH = { least: 0.8, most: 1.25 } as const;

export interface DotPattern {
  /** In canvas px. */
  readonly gap: number;
  readonly radius: number;
}

export function dotsAt(zoom: number): DotPattern {
  let gap = zoom < 0.5 ? GRID * 4 : GRID;
  while (gap * zoom < CLOSEST_PX) gap *= 4;
  return { gap, radius: gap === GRID ? 0.8 : (gap / GRID) * 0.3125 };
}

/** Where the picture's corner is: a gap or less before that of the canvas, on whole pixels. */
export function dotShift(offset: number, gap: number, pixelRatio: number): number {
  const inGap = ((offset % gap) + gap) % gap;
  return Math.round((inGap - gap) * pixelRatio) / pixelRatio;
}

export function Dots() {
  const flow = useStoreApi();
  const id = useId();
  const layer = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const pattern = layer.current?.querySelector('pattern');
    const circle = layer.current?.querySelector('circle');
    if (!layer.current || !pattern || !circle) return;
    const element = layer.current;
    /** Of what is painted, on screen. */
    let painted = 0;
    const place = (): void => {
      const [x, y, zoom] = flow.getState().transform;
      const dots = dotsAt(zoom);
      const gap = dots.gap * zoom;
      const stretch = gap / painted;
      const holds = motion.isMoving
        ? stretch >= STRETCH.least && stretch <= STRETCH.most
        : painted === gap;
      if (!holds) {
        painted = gap;
        pattern.setAttribute('width', String(gap));
        pattern.setAttribute('height', String(gap));
        circle.setAttribute('cx', String(gap / 2));
        circle.setAttribute('cy', String(gap / 2));
        circle.setAttribute('r', String(dots.radius * zoom));
      }
      const [left, top] = [x, y].map((offset) => dotShift(offset, gap, devicePixelRatio));
      element.style.transform = `translate(${left}px, ${top}px) scale(${gap / painted})`;
    };
    place();
    const stops = [flow.subscribe(place), motion.subscribe(place)];
    return () => {
      for (const stop of stops) stop();
    };
  }, [flow]);
  return (
    <div ref={layer} className="canvas-dots" aria-hidden="true">
      <svg>
        <pattern id={id} patternUnits="userSpaceOnUse">
          <circle />
        </pattern>
        <rect width="100%" height="100%" fill={`url(#${id})`} />
      </svg>
    </div>
  );
}
