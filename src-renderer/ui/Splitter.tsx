/** The draggable line between two panels. Arrow keys move it, double-click resets it. */
import { useRef, useState, type CSSProperties, type KeyboardEvent, type PointerEvent } from 'react';

const KEY_STEP = 16;

export function Splitter(props: {
  readonly direction: 'vertical' | 'horizontal';
  readonly label: string;
  /** Size of the panel it sets, in px. */
  readonly size: number;
  readonly min: number;
  readonly max: number;
  /** +1 when moving right or down makes the panel larger. */
  readonly sign: 1 | -1;
  readonly onResize: (size: number) => void;
  readonly onReset: () => void;
  readonly style: CSSProperties;
}) {
  const { direction, size, min, max, sign } = props;
  const start = useRef<{ at: number; size: number } | null>(null);
  const [dragging, setDragging] = useState(false);
  const resize = (next: number): void =>
    props.onResize(Math.round(Math.min(max, Math.max(min, next))));
  const place = (event: PointerEvent): number =>
    direction === 'vertical' ? event.clientX : event.clientY;
  const onKeyDown = (event: KeyboardEvent): void => {
    const back = direction === 'vertical' ? 'ArrowLeft' : 'ArrowUp';
    const forth = direction === 'vertical' ? 'ArrowRight' : 'ArrowDown';
    if (event.key !== back && event.key !== forth) return;
    event.preventDefault();
    resize(size + (event.key === forth ? 1 : -1) * sign * KEY_STEP);
  };
  return (
    <div
      role="separator"
      tabIndex={0}
      className={`splitter ${direction}`}
      style={props.style}
      aria-label={props.label}
      aria-orientation={direction}
      aria-valuenow={size}
      aria-valuemin={min}
      aria-valuemax={max}
      data-dragging={dragging || undefined}
      onKeyDown={onKeyDown}
      onDoubleClick={props.onReset}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        start.current = { at: place(event), size };
        setDragging(true);
      }}
      onPointerMove={(event) => {
        if (start.current) resize(start.current.size + sign * (place(event) - start.current.at));
      }}
      onPointerUp={() => {
        start.current = null;
        setDragging(false);
      }}
      onLostPointerCapture={() => {
        start.current = null;
        setDragging(false);
      }}
    />
  );
}
