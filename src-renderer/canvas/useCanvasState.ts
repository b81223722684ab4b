/** What goes on on the canvas of the document that this part of the page is about. */
import { useStore } from 'zustand';
import type { StoreApi } from 'zustand/vanilla';
import { useDocuments } from '../state/documentSession.ts';
import { canvasStoreOf, type CanvasState } from './canvasStore.ts';

export function useCanvasStore(): StoreApi<CanvasState> {
  return canvasStoreOf(useDocuments());
}

export function useCanvasState<T>(select: (state: CanvasState) => T): T {
  return useStore(useCanvasStore(), select);
}
