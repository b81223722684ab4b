/** A line of help beside the pointer, with the key that does the same. */
import { Tooltip as Radix } from 'radix-ui';
import type { FocusEvent, ReactElement, ReactNode } from 'react';
import { floatRoot } from './floatRoot.ts';
import { Keys } from './Keys.tsx';
import './Tooltip.css';

export interface TooltipProps {
  readonly text: ReactNode;
  readonly keys?: string;
  readonly side?: 'top' | 'right' | 'bottom' | 'left';
  readonly children: ReactElement;
}

export function Tooltip({ text, keys, side = 'bottom', children }: TooltipProps) {
  return (
    <Radix.Root>
      <Radix.Trigger asChild onFocus={unlessReached}>
        {children}
      </Radix.Trigger>
      <Radix.Portal container={floatRoot()}>
        <Radix.Content className="tooltip" side={side} sideOffset={4} collisionPadding={8}>
          {text}
          {keys !== undefined && <Keys keys={keys} />}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** What gets the focus back after a menu or a dialog was left with the pointer says nothing of itself. */
function unlessReached(event: FocusEvent): void {
  if (!event.currentTarget.matches(':focus-visible')) event.preventDefault();
}

/** Around the app: how long a pointer rests before help shows. */
export function TooltipProvider({ children }: { readonly children: ReactNode }) {
  return (
    <Radix.Provider delayDuration={500} skipDelayDuration={200}>
      {children}
    </Radix.Provider>
  );
}
