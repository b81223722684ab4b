/**
 * The executor's end of the port: WebGPU where it is (a worker of a window), doing what a run loop
 * elsewhere asks. Holds sessions and programs by number; decides nothing.
 */
import { type Server, serve, type Transport } from '#engine/protocol/rpc.ts';
import type { LoadedProgram, Session, TensorData } from '#engine/backends/backend.ts';
import { createWebGpuBackend, type WebGpuBackend } from '../backend.ts';
import type { ExecutorCalls, ExecutorEvents, Order } from './contract.ts';

export interface ExecutorOptions {
  /** Undefined where there is no WebGPU. */
  readonly gpu: GPU | undefined;
  /** After `close`: nothing will be asked any more. */
  readonly onClosed?: () => void;
}

interface OpenSession {
  readonly session: Session;
  readonly programs: LoadedProgram[];
  /** Orders are followed one message after the other, also while one waits for the device. */
  turn: Promise<unknown>;
}

export function serveExecutor(transport: Transport, options: ExecutorOptions): void {
  const { gpu, onClosed } = options;
  const sessions = new Map<number, OpenSession>();
  let nextSession = 1;
  let backend: WebGpuBackend | null = null;
  let server: Server<ExecutorEvents> | null = null;
  const sessionOf = (number: number): OpenSession => {
    const open = sessions.get(number);
    if (!open) throw new Error(`no session ${number}`);
    return open;
  };
  const backendOf = (): WebGpuBackend => {
    if (!backend) throw new Error('the device was not acquired');
    return backend;
  };
  server = serve<ExecutorCalls, ExecutorEvents>(transport, {
    async acquire({ allowSoftware }) {
      backend = await createWebGpuBackend({ gpu, allowSoftware });
      const { gpu: device, description } = backend;
      void device.lost.then((reason) => server?.emit('lost', { reason }));
      return { description };
    },
    async open({ layout }) {
      const session = await backendOf().open(layout);
      const number = nextSession++;
      sessions.set(number, { session, programs: [], turn: Promise.resolve() });
      return { session: number };
    },
    async load({ session, program }) {
      const open = sessionOf(session);
      return { program: open.programs.push(await open.session.load(program)) - 1 };
    },
    async play({ session, orders }) {
      const open = sessionOf(session);
      const played = open.turn.then(() => play(open, orders));
      // What failed is told to who asked; the next message is another matter.
      open.turn = played.catch(() => undefined);
      const { reads } = await played;
      return { reads: await reads };
    },
    async settled({ session }) {
      const open = sessionOf(session);
      await open.turn;
      await open.session.settled();
      return null;
    },
    async closeSession({ session }) {
      const open = sessionOf(session);
      sessions.delete(session);
      await open.turn;
      await open.session.close();
      return null;
    },
    async close() {
      await backend?.close();
      onClosed?.();
      return null;
    },
  });
}

/** Reads are under way when this resolves, not done: later steps need not wait for them. */
async function play(
  { session, programs }: OpenSession,
  orders: readonly Order[],
): Promise<{ readonly reads: Promise<readonly TensorData[]> }> {
  const reads: Promise<TensorData>[] = [];
  let room: Promise<unknown> | null = null;
  for (const order of orders) {
    switch (order.kind) {
      case 'write':
        session.write(order.ref, order.data);
        break;
      case 'run': {
        const program = programs[order.program];
        if (!program) throw new Error(`no program ${order.program}`);
        session.run(program);
        room = session.pace?.() ?? room;
        break;
      }
      case 'read':
        reads.push(session.read(order.ref));
        break;
      default:
        order satisfies never;
    }
  }
  const all = Promise.all(reads);
  all.catch(() => undefined);
  if (room) await room;
  return { reads: all };
}
