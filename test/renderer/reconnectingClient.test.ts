import { describe, expect, it, vi } from 'vitest';
import { serve, type Transport, type Wire } from '#engine/protocol/rpc.ts';
import { RefusedError } from '#renderer/bridge/admission.ts';
import { createReconnectingClient } from '#renderer/bridge/reconnectingClient.ts';

interface Calls {
  double(input: number): number;
  hang(input: null): null;
}
interface Events {
  tick: { readonly n: number };
}

/** A server over an in-memory pair whose connection can be cut. */
function cuttable() {
  let toClient: (message: unknown) => void = () => {};
  let toServer: (message: unknown) => void = () => {};
  let onCut: () => void = () => {};
  const client: Transport = {
    send: (message: Wire) => queueMicrotask(() => toServer(structuredClone(message))),
    onMessage: (listener) => (toClient = listener),
    onClose: (listener) => {
      const before = onCut;
      onCut = () => {
        before();
        listener();
      };
    },
  };
  const server = serve<Calls, Events>(
    {
      send: (message) => queueMicrotask(() => toClient(structuredClone(message))),
      onMessage: (listener) => (toServer = listener),
    },
    { double: (n) => n * 2, hang: () => new Promise<null>(() => {}) },
  );
  return { client, server, cut: () => onCut() };
}

function manualTimers() {
  const queue: { run: () => void; ms: number }[] = [];
  return {
    queue,
    options: {
      setTimer: (run: () => void, ms: number) => {
        const entry = { run, ms };
        queue.push(entry);
        return entry;
      },
      clearTimer: (timer: unknown) => {
        const at = queue.indexOf(timer as { run: () => void; ms: number });
        if (at >= 0) queue.splice(at, 1);
      },
    },
    fire: async () => {
      queue.shift()?.run();
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('reconnecting client', () => {
  it('makes no connection before it is used', async () => {
    const open = vi.fn(async () => cuttable().client);
    createReconnectingClient<Calls, Events>(open);
    await settle();
    expect(open).not.toHaveBeenCalled();
  });

  it('lets calls made before the connection wait for it', async () => {
    const line = cuttable();
    const client = createReconnectingClient<Calls, Events>(async () => line.client);
    await expect(client.call('double', 21)).resolves.toBe(42);
    expect(client.connection.getState()).toMatchObject({ state: 'connected', generation: 1 });
  });

  it('keeps listeners across connections and rejects calls in flight', async () => {
    const lines = [cuttable(), cuttable()];
    let next = 0;
    const timers = manualTimers();
    const client = createReconnectingClient<Calls, Events>(
      async () => lines[next++]!.client,
      timers.options,
    );
    const seen: number[] = [];
    const stop = client.on('tick', ({ n }) => seen.push(n));
    await settle();
    lines[0]!.server.emit('tick', { n: 1 });
    await settle();
    const hanging = client.call('hang', null);
    lines[0]!.cut();
    await expect(hanging).rejects.toMatchObject({ code: 'rpc.closed' });
    expect(client.connection.getState().state).toBe('reconnecting');

    const waits = client.call('double', 4);
    await timers.fire();
    await expect(waits).resolves.toBe(8);
    expect(client.connection.getState()).toMatchObject({ state: 'connected', generation: 2 });
    lines[1]!.server.emit('tick', { n: 2 });
    await settle();
    stop();
    lines[1]!.server.emit('tick', { n: 3 });
    await settle();
    expect(seen).toEqual([1, 2]);
  });

  it('backs off, says when the server is lost, and comes back when asked', async () => {
    const line = cuttable();
    let up = false;
    const timers = manualTimers();
    const client = createReconnectingClient<Calls, Events>(
      async () => {
        if (!up) throw new Error('refused');
        return line.client;
      },
      { ...timers.options, backoffMs: [10, 20] },
    );
    const stranded = client.call('double', 1);
    const outcome = expect(stranded).rejects.toMatchObject({ code: 'rpc.closed' });
    await settle();
    expect(timers.queue.map((t) => t.ms)).toEqual([10]);
    await timers.fire();
    expect(timers.queue.map((t) => t.ms)).toEqual([20]);
    await timers.fire();
    expect(client.connection.getState()).toMatchObject({ state: 'lost', reason: 'refused' });
    await outcome;
    await expect(client.call('double', 1)).rejects.toMatchObject({ code: 'rpc.closed' });

    up = true;
    client.retryNow();
    await settle();
    expect(client.connection.getState().state).toBe('connected');
    await expect(client.call('double', 3)).resolves.toBe(6);
  });

  it('asks no further where it is refused, until it is told to', async () => {
    const line = cuttable();
    let known = false;
    const open = vi.fn(async () => {
      if (!known) throw new RefusedError('no link');
      return line.client;
    });
    const timers = manualTimers();
    const client = createReconnectingClient<Calls, Events>(open, timers.options);
    await expect(client.call('double', 1)).rejects.toMatchObject({ code: 'rpc.refused' });
    expect(client.connection.getState()).toMatchObject({ state: 'refused', reason: 'no link' });
    await expect(client.call('double', 1)).rejects.toMatchObject({ code: 'rpc.refused' });
    expect(timers.queue).toEqual([]);
    expect(open).toHaveBeenCalledTimes(1);

    known = true;
    client.retryNow();
    await settle();
    await expect(client.call('double', 3)).resolves.toBe(6);
  });

  it('stays closed once closed', async () => {
    const line = cuttable();
    const timers = manualTimers();
    const client = createReconnectingClient<Calls, Events>(async () => line.client, timers.options);
    await client.call('double', 1);
    client.close('bye');
    line.cut();
    await expect(client.call('double', 1)).rejects.toThrow('bye');
    expect(timers.queue).toEqual([]);
  });
});
