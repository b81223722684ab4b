/** The list that is open on the canvas, if one is. */
import { AddPopover } from './AddPopover.tsx';
import { ConnectPopover } from './ConnectPopover.tsx';
import { useCanvasState } from './useCanvasState.ts';

export function CanvasPopover() {
  const popover = useCanvasState((state) => state.popover);
  if (!popover) return null;
  const key = `${popover.mode} ${popover.screen.x},${popover.screen.y}`;
  return popover.mode === 'add' ? (
    <AddPopover key={key} popover={popover} />
  ) : (
    <ConnectPopover key={key} popover={popover} />
  );
}
