/** What a palette row carries while it is dragged to the canvas. */
export const LAYER_DRAG_TYPE = 'application/x-netloom-layer';
