/**
 * The documents that are open, in the order of their tabs, and which is in front. Knows nothing of files and
 * drafts (documentFiles.ts) and asks nobody anything. There is always one at least.
 */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { DocumentSession, FrontDocument } from './document.ts';

export interface OpenDocumentsState {
  readonly sessions: readonly DocumentSession[];
  readonly front: DocumentSession;
}

export interface OpenDocuments {
  readonly store: StoreApi<OpenDocumentsState>;
  /** Brings it to the front; a new one stands behind the one that was in front, or in place of another. */
  open(session: DocumentSession, instead?: DocumentSession): void;
  /** All at once, as they were before a reload. */
  restore(sessions: readonly DocumentSession[], front: DocumentSession): void;
  /** The neighbour comes to the front where it was there. The last one cannot be closed. */
  close(session: DocumentSession): void;
  /** To a place among the tabs. */
  move(session: DocumentSession, to: number): void;
  /** So many tabs on from the one in front, round and round. */
  step(by: number): void;
  /** Told of the one that is about to go behind another. Returns the way to stop. */
  onLeave(listener: (session: DocumentSession) => void): () => void;
}

export function createOpenDocuments(documents: FrontDocument): OpenDocuments {
  const first = documents.session();
  const store = createStore<OpenDocumentsState>(() => ({ sessions: [first], front: first }));
  const leaving = new Set<(session: DocumentSession) => void>();

  const show = (sessions: readonly DocumentSession[], front: DocumentSession): void => {
    const before = store.getState();
    if (front !== before.front) for (const listener of leaving) listener(before.front);
    store.setState({ sessions, front });
    documents.activate(front);
  };
  const at = (session: DocumentSession): number => store.getState().sessions.indexOf(session);

  return {
    store,
    open(session, instead) {
      const { sessions, front } = store.getState();
      if (sessions.includes(session)) return show(sessions, session);
      const isThere = instead !== undefined && sessions.includes(instead);
      const place = sessions.indexOf(isThere ? instead : front) + (isThere ? 0 : 1);
      show(sessions.toSpliced(place, isThere ? 1 : 0, session), session);
    },
    restore(sessions, front) {
      if (sessions.includes(front)) show(sessions, front);
    },
    close(session) {
      const { sessions, front } = store.getState();
      const place = at(session);
      if (place === -1 || sessions.length === 1) return;
      const left = sessions.toSpliced(place, 1);
      const neighbour = left[Math.min(place, left.length - 1)] ?? front;
      show(left, session === front ? neighbour : front);
    },
    move(session, to) {
      const { sessions } = store.getState();
      const from = at(session);
      const place = Math.max(0, Math.min(sessions.length - 1, to));
      if (from === -1 || from === place) return;
      store.setState({ sessions: sessions.toSpliced(from, 1).toSpliced(place, 0, session) });
    },
    step(by) {
      const { sessions, front } = store.getState();
      const { length } = sessions;
      const next = sessions[(((at(front) + by) % length) + length) % length];
      if (next) show(sessions, next);
    },
    onLeave(listener) {
      leaving.add(listener);
      return () => leaving.delete(listener);
    },
  };
}
