/** A column's head is dragged to another place among the columns; the name stays first. */
import { useRef, useState, type PointerEvent } from 'react';

/** Px before a press is a drag: below that it sorts. */
const SLACK = 5;

/** `to`: before which of `ids` it is to stand, their number for the end. */
export function movedColumn(ids: readonly string[], id: string, to: number): readonly string[] {
  const from = ids.indexOf(id);
  if (from < 1) return ids;
  const others = ids.filter((each) => each !== id);
  const place = Math.max(1, to > from ? to - 1 : to);
  return others.toSpliced(place, 0, id);
}

export interface ColumnDrag {
  /** Before which column the one that is dragged would stand; null while none is. */
  readonly to: number | null;
  /** Of the head of one column. */
  readonly of: (id: string) => {
    readonly onPointerDown: (event: PointerEvent<HTMLElement>) => void;
    readonly onPointerMove: (event: PointerEvent<HTMLElement>) => void;
    readonly onPointerUp: () => void;
    readonly onPointerCancel: () => void;
  };
  /** Whether the click that follows a drag is still to come. */
  readonly wasDragged: () => boolean;
}

export function useColumnDrag(
  ids: readonly string[],
  onMoved: (ids: readonly string[]) => void,
): ColumnDrag {
  const [to, setTo] = useState<number | null>(null);
  const press = useRef<{ readonly x: number; moved: boolean } | null>(null);
  const dragged = useRef(false);
  const end = (): void => {
    press.current = null;
    setTo(null);
  };
  return {
    to,
    wasDragged: () => dragged.current,
    of: (id) => ({
      onPointerDown(event) {
        dragged.current = false;
        if (event.button !== 0 || ids.indexOf(id) < 1) return;
        press.current = { x: event.clientX, moved: false };
        event.currentTarget.setPointerCapture(event.pointerId);
      },
      onPointerMove(event) {
        const from = press.current;
        if (!from) return;
        from.moved ||= Math.abs(event.clientX - from.x) > SLACK;
        if (from.moved) setTo(placeAt(event));
      },
      onPointerUp() {
        if (press.current?.moved === true && to !== null) {
          dragged.current = true;
          const next = movedColumn(ids, id, to);
          if (next.some((each, i) => each !== ids[i])) onMoved(next);
        }
        end();
      },
      onPointerCancel: end,
    }),
  };
}

/** Which column's middle is the first right of the pointer. */
function placeAt({ currentTarget, clientX }: PointerEvent<HTMLElement>): number {
  const heads = currentTarget.closest('[role="row"]')?.querySelectorAll('[data-column]') ?? [];
  const middles = [...heads].map((head) => {
    const { left, width } = head.getBoundingClientRect();
    return left + width / 2;
  });
  const found = middles.findIndex((middle) => clientX < middle);
  return Math.max(1, found < 0 ? middles.length : found);
}
