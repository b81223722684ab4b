/**
 * Which document a part of the page is about, by React context: several may be on screen at once (tabs,
 * blocks, comparisons). Without a provider it is the document in front.
 */
import { createContext, useContext } from 'react';
import { useStore } from 'zustand';
import {
  documentStore,
  type DocumentSession,
  type DocumentState,
  type DocumentStore,
} from './document.ts';

export const DocumentContext = createContext<DocumentSession>({
  id: 'front',
  documents: documentStore,
});

export function useDocumentSession(): DocumentSession {
  return useContext(DocumentContext);
}

export function useDocuments(): DocumentStore {
  return useDocumentSession().documents;
}

/** Of the document that this part of the page is about. */
export function useDocument<T>(select: (state: DocumentState) => T): T {
  return useStore(useDocuments(), select);
}
