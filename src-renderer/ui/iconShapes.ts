/** The icons of layers as paths, for canvases: read off the same drawings that Icon.tsx shows. */
import { own } from '#engine/ir/record.ts';
import { Children, isValidElement, type ReactNode } from 'react';

export interface IconShape {
  /** As in SVG, on a grid of 16. */
  readonly path: string;
  readonly filled: boolean;
}

interface Props {
  readonly children?: ReactNode;
  readonly d?: string;
  readonly fill?: string;
  readonly stroke?: string;
  readonly [place: string]: unknown;
}

export function iconShapes(drawing: ReactNode): readonly IconShape[] {
  return Children.toArray(drawing).flatMap((child): readonly IconShape[] => {
    if (!isValidElement<Props>(child)) return [];
    const { type, props } = child;
    const path = typeof type === 'string' ? pathOf(type, props) : null;
    if (path === null) return iconShapes(props.children);
    return [{ path, filled: props.fill === 'currentColor' && props.stroke === 'none' }];
  });
}

/** Null for what only holds others. */
function pathOf(type: string, props: Props): string | null {
  const at = (name: string): number => Number(own(props, name));
  switch (type) {
    case 'path':
      return props.d ?? '';
    case 'rect':
      return `M${at('x')} ${at('y')}h${at('width')}v${at('height')}h${-at('width')}z`;
    case 'circle':
      return ellipse(at('cx'), at('cy'), at('r'), at('r'));
    case 'ellipse':
      return ellipse(at('cx'), at('cy'), at('rx'), at('ry'));
    default:
      return null;
  }
}

function ellipse(cx: number, cy: number, rx: number, ry: number): string {
  return `M${cx - rx} ${cy}a${rx} ${ry} 0 1 0 ${2 * rx} 0a${rx} ${ry} 0 1 0 ${-2 * rx} 0`;
}
