/** Rule: a window writes back what it changed of the view and nothing else, since another one writes it as well. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Settings } from '#engine/protocol/appContract.ts';
import type { Client } from '#engine/protocol/rpc.ts';
import type { AppCalls } from '#engine/protocol/appContract.ts';
import { viewStore } from '#renderer/state/view.ts';
import { restoredAfter } from '../support/restoredAfter.ts';

restoredAfter(viewStore);

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('localStorage', { getItem: () => null, setItem: () => undefined });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

async function synced({ fails = () => false }: { readonly fails?: () => boolean } = {}) {
  const { syncView } = await import('#renderer/state/viewSync.ts');
  const written: unknown[] = [];
  const settings = { theme: 'dark', view: { minimap: false } } as unknown as Settings;
  const call = async (method: string, input: unknown): Promise<unknown> => {
    if (method !== 'settings.set') return settings;
    written.push(input);
    if (fails()) throw new Error('no connection');
    return settings;
  };
  const client: Pick<Client<AppCalls, unknown>, 'call'> = { call: call as never };
  const stop = await syncView(client);
  const rest = () => vi.advanceTimersByTimeAsync(2_000);
  return { written, stop, rest };
}

test('one setting changed is one setting written, once', async () => {
  const { written, stop, rest } = await synced();
  viewStore.setState({ lastDocuments: 'mine' });
  await rest();
  viewStore.setState({ minimap: true });
  viewStore.setState({ dockOpen: false });
  await rest();
  viewStore.setState({ dockOpen: false });
  await rest();
  stop();
  expect(written).toEqual([
    { view: { lastDocuments: 'mine' } },
    { view: { minimap: true, dockOpen: false } },
  ]);
});

test('what could not be written goes with the next change', async () => {
  let down = true;
  const { written, stop, rest } = await synced({ fails: () => down });
  viewStore.setState({ overlay: 'gradients' });
  await rest();
  down = false;
  viewStore.setState({ minimap: true });
  await rest();
  stop();
  expect(written.at(-1)).toEqual({ view: { overlay: 'gradients', minimap: true } });
});
