/** How a run is to go on with a text, and what it wrote. Not React state. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { AppCalls, TryRun } from '#engine/protocol/appContract.ts';
import type { GenerateReply, Writing } from '#engine/protocol/engineContract.ts';
import type { Problem } from '#engine/ir/problem.ts';
import type { Client } from '#engine/protocol/rpc.ts';
import { problemOf } from './tryStore.ts';

export type WriteSettings = Omit<Writing, 'text'>;

export interface WriteState {
  readonly settings: WriteSettings;
  /** What was written, and what it goes on with. */
  readonly written: (GenerateReply & { readonly beginning: string; readonly runId: string }) | null;
  readonly isWriting: boolean;
  readonly problem: Problem | null;
}

export interface Writer {
  readonly store: StoreApi<WriteState>;
  readonly set: (settings: Partial<WriteSettings>) => void;
  readonly write: (run: TryRun, beginning: string) => Promise<void>;
}

const START: WriteState = {
  settings: { count: 300, temperature: 0.8, topK: 0, seed: 1 },
  ...{ written: null, isWriting: false, problem: null },
};

export function createWriter(client: Pick<Client<AppCalls, never>, 'call'>): Writer {
  const store = createStore<WriteState>(() => START);
  const { getState, setState } = store;
  let asked = 0;
  return {
    store,
    set: (settings) => setState({ settings: { ...getState().settings, ...settings } }),
    async write(run, beginning) {
      const own = ++asked;
      setState({ isWriting: true });
      try {
        const writing = { text: beginning, ...getState().settings };
        const reply = await client.call('try.write', { ...run, writing });
        if (own !== asked) return;
        setState({ written: { ...reply, beginning, runId: run.runId }, problem: null });
      } catch (error) {
        if (own === asked) setState({ problem: problemOf(error), written: null });
      } finally {
        if (own === asked) setState({ isWriting: false });
      }
    },
  };
}
