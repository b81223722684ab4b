/**
 * A press while the camera moves. One box answers all hit tests then (Canvas.css), so the browser takes it for
 * a press on the ground; what lies under the box is told of it instead, and of the click that comes of it.
 */

/** What lies under a point of the canvas, or null for its ground. */
function beneath(pane: Element, { clientX, clientY }: MouseEvent): Element | null {
  const stack = pane.ownerDocument.elementsFromPoint(clientX, clientY);
  return stack.find((element) => element !== pane && pane.contains(element)) ?? null;
}

/** `root` is the canvas. Returns the way to stop. */
export function passPresses(root: HTMLElement): () => void {
  const view = root.ownerDocument.defaultView;
  if (!view) return () => undefined;
  /** What the press in hand is for. */
  let pressed: Element | null = null;

  const pass = (event: MouseEvent, again: MouseEvent): void => {
    event.stopImmediatePropagation();
    if (pressed?.dispatchEvent(again) === false) event.preventDefault();
  };
  const onPointerDown = (event: PointerEvent): void => {
    if (!event.isTrusted) return;
    pressed = null;
    const { target } = event;
    const isCovered =
      target instanceof Element &&
      target.matches('.react-flow__pane') &&
      root.contains(target) &&
      root.classList.contains('camera-moving');
    if (!isCovered) return;
    pressed = beneath(target, event);
    // The init of an event is an event of its kind.
    if (pressed) pass(event, new PointerEvent(event.type, event));
  };
  const onMouseDown = (event: MouseEvent): void => {
    if (event.isTrusted && pressed) pass(event, new MouseEvent(event.type, event));
  };
  const onClick = (event: MouseEvent): void => {
    if (!event.isTrusted || !pressed) return;
    const pane = pressed.closest('.react-flow__pane');
    // Let go elsewhere it is no click on it.
    if (pane && beneath(pane, event) !== pressed) pressed = null;
    pass(event, new PointerEvent(event.type, event));
    pressed = null;
  };
  // Before whoever listens on the way down.
  view.addEventListener('pointerdown', onPointerDown, true);
  view.addEventListener('mousedown', onMouseDown, true);
  view.addEventListener('click', onClick, true);
  return () => {
    view.removeEventListener('pointerdown', onPointerDown, true);
    view.removeEventListener('mousedown', onMouseDown, true);
    view.removeEventListener('click', onClick, true);
  };
}
