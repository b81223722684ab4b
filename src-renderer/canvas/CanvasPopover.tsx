/** The list that is open on the canvas, if one is. */
import { useStore } from 'zustand';
import { AddPopover } from './AddPopover.tsx';
import { canvasStore } from './canvasStore.ts';
import { ConnectPopover } from './ConnectPopover.tsx';

export function CanvasPopover() {
  const popover = useStore(canvasStore, (state) => state.popover);
  if (!popover) return null;
  const key = `${popover.mode} ${popover.screen.x},${popover.screen.y}`;
  return popover.mode === 'add' ? (
    <AddPopover key={key} popover={popover} />
  ) : (
    <ConnectPopover key={key} popover={popover} />
  );
}
