import type { AppCalls, AppEvents } from '#engine/protocol/appContract.ts';
import type { Client, InputOf, OutputOf } from '#engine/protocol/rpc.ts';

/** What answers a page's calls in a test: its answers and events are in the test's hands. */
export function fakeServer() {
  const listeners = new Map<string, Set<(payload: never) => void>>();
  const calls: { method: string; input: unknown }[] = [];
  const answers: Partial<{
    [K in keyof AppCalls]: (
      input: InputOf<AppCalls, K>,
    ) => OutputOf<AppCalls, K> | Promise<OutputOf<AppCalls, K>>;
  }> = {
    'app.info': () => ({
      version: '0',
      host: 'server',
      platform: 'linux',
      cores: 2,
      nativeDialogs: false,
      activeRunIds: [],
      otherPages: 0,
    }),
    'runs.list': () => [],
  };
  const client: Pick<Client<AppCalls, AppEvents>, 'call' | 'on'> = {
    async call(method, input) {
      calls.push({ method, input });
      const answer = answers[method];
      if (!answer) throw new Error(`unexpected call ${method}`);
      return answer(input);
    },
    on(event, listener) {
      const set = listeners.get(event) ?? new Set();
      listeners.set(event, set.add(listener));
      return () => set.delete(listener);
    },
  };
  const emit = <K extends keyof AppEvents>(event: K, payload: AppEvents[K]): void => {
    for (const listener of listeners.get(event) ?? []) listener(payload as never);
  };
  return { client, answers, calls, emit };
}
