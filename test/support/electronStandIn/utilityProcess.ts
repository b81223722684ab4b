/** A utility process as a child process that has a `parentPort`. */
import { fork } from 'node:child_process';
import { EventEmitter } from 'node:events';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { MessagePortMain } from './messagePorts.ts';

const shim = fileURLToPath(new URL('./parentPort.mjs', import.meta.url));

class UtilityProcess extends EventEmitter {
  readonly pid: number | undefined;
  readonly stderr: Readable | null;
  readonly postMessage: (message: unknown, transfer?: readonly MessagePortMain[]) => void;
  readonly kill: () => boolean;

  constructor(entry: string, args: readonly string[]) {
    super();
    const child = fork(entry, args, {
      execArgv: ['--disable-warning=ExperimentalWarning', '--import', shim],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.pid = child.pid;
    this.stderr = child.stderr;
    const send = (message: unknown): void => {
      if (child.connected) child.send(message as object, () => undefined);
    };
    // Ports end here: the child gets twins of its own, fed message by message, in order.
    const ports: MessagePortMain[] = [];
    this.postMessage = (message, transfer = []) => {
      if (transfer.length === 0) return send(message);
      const ids = transfer.map((port) => {
        const id = ports.push(port) - 1;
        port.on('message', ({ data }: { data: unknown }) => send({ standInPort: id, data }));
        port.on('close', () => send({ standInClosed: id }));
        port.start();
        return id;
      });
      send({ standInPorts: ids, message });
    };
    this.kill = () => child.kill();
    child.on('message', (message: { readonly standInPort?: number; readonly data?: unknown }) => {
      const { standInPort } = message;
      if (standInPort === undefined) this.emit('message', message);
      else ports[standInPort]?.postMessage(message.data);
    });
    child.on('exit', (code) => this.emit('exit', code));
  }
}

export const utilityProcess = {
  fork: (entry: string, args: readonly string[]) => new UtilityProcess(entry, args),
};
