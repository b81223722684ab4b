/** Stores of modules that several files of tests share: each file leaves them as they began. */
import { afterAll } from 'vitest';
import type { StoreApi } from 'zustand/vanilla';

export function restoredAfter<T>(store: StoreApi<T>): void {
  afterAll(() => store.setState(store.getInitialState(), true));
}
