/**
 * Typed calls and events over any message transport. Knows nothing of Electron, sockets or processes.
 * Errors cross as data (WireError) and come back as RemoteError with the same code, node and port.
 */
import { asError } from '../ir/errors.ts';
import { InputError, ShapeError, type Problem } from '../ir/problem.ts';
import { asInputError } from '../ir/systemError.ts';
import { createTurns, type TurnOptions, type Valve } from './turns.ts';

/** A mistake of the program, not of its input. */
const FAULT = 'internal.fault';

/** A bidirectional message pipe; what is sent must survive structured clone (typed arrays included). */
export interface Transport extends Valve {
  send(message: Wire): void;
  onMessage(listener: (message: unknown) => void): void;
  onClose?(listener: () => void): void;
}

export interface WireError {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly problems?: readonly Problem[];
}
export type Wire =
  | { readonly kind: 'call'; readonly id: number; readonly method: string; readonly input: unknown }
  | { readonly kind: 'reply'; readonly id: number; readonly output: unknown }
  | { readonly kind: 'error'; readonly id: number; readonly error: WireError }
  | { readonly kind: 'event'; readonly name: string; readonly payload: unknown };

// oxlint-disable-next-line typescript/no-explicit-any -- a bound for inference; never a value's type
export type CallMap = { readonly [K: string]: any };
type CallNames<C> = Extract<keyof C, string>;
export type InputOf<C, K extends keyof C> = C[K] extends (input: infer I) => unknown ? I : never;
export type OutputOf<C, K extends keyof C> = C[K] extends (input: never) => infer O ? O : never;

export type Handlers<C> = {
  readonly [K in keyof C]: (input: InputOf<C, K>) => OutputOf<C, K> | Promise<OutputOf<C, K>>;
};

export interface Client<C, E> {
  call<K extends CallNames<C>>(method: K, input: InputOf<C, K>): Promise<OutputOf<C, K>>;
  /** Returns the way to stop listening. */
  on<K extends CallNames<E>>(event: K, listener: (payload: E[K]) => void): () => void;
  /** Rejects everything pending, as a closed transport does. */
  close(reason: string): void;
}

export class RemoteError extends Error {
  override readonly name: string;
  readonly code: string | undefined;
  readonly problems: readonly Problem[];
  constructor(wire: WireError) {
    super(wire.message);
    this.name = wire.name;
    this.code = wire.code;
    this.problems = wire.problems ?? [];
  }
}

/** Every error has a code; where the program stands in its files is nobody's business outside. */
export function toWireError(thrown: unknown): WireError {
  const error = asInputError(thrown);
  if (error instanceof InputError) {
    return { name: error.name, message: error.message, code: error.code, problems: error.problems };
  }
  if (error instanceof RemoteError) {
    const { name, message, problems, code = FAULT } = error;
    return { name, message, problems, code };
  }
  if (error instanceof ShapeError) {
    return { name: error.name, message: error.message, code: error.code };
  }
  if (error instanceof Error) return { name: error.name, message: error.message, code: FAULT };
  return { name: 'Error', message: String(error), code: FAULT };
}

function isWire(message: unknown): message is Wire {
  if (typeof message !== 'object' || message === null || !('kind' in message)) return false;
  const { kind } = message;
  if (kind === 'event') return 'name' in message && typeof message.name === 'string';
  if (kind !== 'call' && kind !== 'reply' && kind !== 'error') return false;
  if (!('id' in message) || typeof message.id !== 'number') return false;
  return kind !== 'call' || ('method' in message && typeof message.method === 'string');
}

/** The calling side. */
export function connect<C, E>(transport: Transport): Client<C, E> {
  let nextId = 1;
  let closed: string | null = null;
  const pending = new Map<
    number,
    { resolve: (output: never) => void; reject: (error: Error) => void }
  >();
  const listeners = new Map<string, Set<(payload: never) => void>>();

  const close = (reason: string): void => {
    closed = reason;
    const error = new RemoteError({
      name: 'ConnectionError',
      message: reason,
      code: 'rpc.closed',
    });
    for (const { reject } of pending.values()) reject(error);
    pending.clear();
  };
  transport.onClose?.(() => close('The connection was closed.'));
  transport.onMessage((message) => {
    // What comes late from a process given up must not mix with what another one says.
    if (!isWire(message) || closed !== null) return;
    if (message.kind === 'event') {
      for (const listener of listeners.get(message.name) ?? []) listener(message.payload as never);
      return;
    }
    if (message.kind === 'call') return;
    const waiting = pending.get(message.id);
    pending.delete(message.id);
    if (message.kind === 'reply') waiting?.resolve(message.output as never);
    else waiting?.reject(new RemoteError(message.error));
  });

  return {
    call(method, input) {
      if (closed !== null) {
        return Promise.reject(
          new RemoteError({ name: 'ConnectionError', message: closed, code: 'rpc.closed' }),
        );
      }
      const id = nextId++;
      return new Promise((resolve, reject) => {
        pending.set(id, { resolve, reject });
        try {
          transport.send({ kind: 'call', id, method, input });
        } catch (error) {
          pending.delete(id);
          reject(asError(error));
        }
      });
    },
    on(event, listener) {
      const set = listeners.get(event) ?? new Set();
      listeners.set(event, set.add(listener));
      return () => set.delete(listener);
    },
    close,
  };
}

export interface ServeOptions {
  /**
   * Hears of mistakes of the program itself, of which the other side is told no more than that there was
   * one.
   */
  readonly onFault?: (error: unknown) => void;
  /** Hears of every call as it is begun; what it is told resolves when the call is answered. */
  readonly onBegun?: (answered: Promise<void>) => void;
  /** Where several clients share a host; without, every call is begun as it comes. */
  readonly turns?: TurnOptions;
}

export interface Server<E> {
  emit<K extends CallNames<E>>(event: K, payload: E[K]): void;
}

/**
 * The answering side. `validate` sees every input before its handler does and throws InputError for one
 * that does not fit; malformed messages are answered when they carry an id and dropped otherwise.
 */
export function serve<C, E>(
  transport: Transport,
  handlers: Handlers<C>,
  validate: (method: CallNames<C>, input: unknown) => unknown = (_, input) => input,
  { onFault, onBegun, turns }: ServeOptions = {},
): Server<E> {
  const table = new Map<string, (input: never) => unknown>(Object.entries(handlers));
  const answer = async (id: number, method: string, input: unknown): Promise<void> => {
    try {
      const handler = table.get(method);
      if (!handler) {
        throw new InputError([
          {
            code: 'rpc.unknown-method',
            severity: 'error',
            message: `There is no call "${method}".`,
          },
        ]);
      }
      const output = await handler(validate(method as CallNames<C>, input) as never);
      transport.send({ kind: 'reply', id, output });
    } catch (error) {
      const wire = toWireError(error);
      if (wire.code === FAULT) onFault?.(error);
      transport.send({ kind: 'error', id, error: wire });
    }
  };
  const begin = turns ? createTurns(turns, transport) : (call: () => Promise<void>) => void call();
  transport.onMessage((message) => {
    if (isWire(message)) {
      if (message.kind === 'call') {
        begin(() => {
          const answered = answer(message.id, message.method, message.input);
          onBegun?.(answered);
          return answered;
        });
      }
      return;
    }
    const id =
      typeof message === 'object' && message !== null && 'id' in message ? message.id : undefined;
    if (typeof id === 'number') {
      const error = { name: 'InputError', message: 'Malformed message.', code: 'rpc.malformed' };
      transport.send({ kind: 'error', id, error });
    }
  });
  return {
    emit(event, payload) {
      transport.send({ kind: 'event', name: event, payload });
    },
  };
}
