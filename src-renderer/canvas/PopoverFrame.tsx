/** The list that opens on the canvas: a search line, what it finds, and what the keys do. */
import { Command } from 'cmdk';
import { useEffect, useRef, type ReactNode } from 'react';
import type { DocumentStore } from '../state/document.ts';
import { useDocuments } from '../state/documentSession.ts';
import { Icon } from '../ui/Icon.tsx';
import { canvas, canvasStoreOf, type Popover } from './canvasStore.ts';
import './PopoverFrame.css';

const SIZE = { width: 272, height: 340 } as const;

export function closePopover(documents: DocumentStore): void {
  canvasStoreOf(documents).setState({ popover: null, inHand: null, pointedNode: null });
  canvas(documents)?.element()?.focus({ preventScroll: true });
}

export function PopoverFrame(props: {
  readonly label: string;
  readonly popover: Popover;
  readonly query: string;
  readonly onQuery: (query: string) => void;
  /** What Enter does. */
  readonly enter: string;
  /** Told the value of the item that is highlighted. */
  readonly onPoint?: (value: string) => void;
  /** Escape, where there is a step to go back to; else it closes. */
  readonly onBack?: () => void;
  readonly children: ReactNode;
}) {
  const { label, popover, onBack, onPoint } = props;
  const documents = useDocuments();
  const root = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const onPointerDown = (event: PointerEvent): void => {
      if (event.target instanceof Node && root.current?.contains(event.target) === true) return;
      canvasStoreOf(documents).setState({ popover: null, inHand: null, pointedNode: null });
    };
    window.addEventListener('pointerdown', onPointerDown, true);
    return () => window.removeEventListener('pointerdown', onPointerDown, true);
  }, [documents]);
  const box = canvas(documents)?.element()?.getBoundingClientRect();
  const left = Math.max(8, Math.min(popover.screen.x, (box?.width ?? 9999) - SIZE.width - 8));
  const top = Math.max(8, Math.min(popover.screen.y, (box?.height ?? 9999) - SIZE.height - 8));
  return (
    <div
      ref={root}
      className="popover add-popover nokey nowheel nopan"
      style={{ left, top, width: SIZE.width }}
      role="dialog"
      aria-label={label}
    >
      <Command
        loop
        shouldFilter={false}
        label={label}
        {...(onPoint ? { onValueChange: onPoint } : {})}
        onKeyDown={(event) => {
          if (event.key === 'Tab') event.preventDefault();
          if (event.key !== 'Escape') return;
          event.preventDefault();
          event.stopPropagation();
          if (onBack) onBack();
          else closePopover(documents);
        }}
      >
        <div className="popover-search">
          <Icon name="search" size={14} />
          <Command.Input
            autoFocus
            value={props.query}
            onValueChange={props.onQuery}
            placeholder={label}
          />
          <kbd>Esc</kbd>
        </div>
        <Command.List style={{ maxHeight: SIZE.height - 76 }}>{props.children}</Command.List>
      </Command>
      <footer className="popover-foot">
        <span>
          <kbd>↑</kbd> <kbd>↓</kbd> choose
        </span>
        <span>
          <kbd>Enter</kbd> {props.enter}
        </span>
      </footer>
    </div>
  );
}
