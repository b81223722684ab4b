/** A utility process as a child process that has a `parentPort`. */
import { fork } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Readable } from 'node:stream';

const shim = fileURLToPath(new URL('./parentPort.mjs', import.meta.url));

class UtilityProcess extends EventEmitter {
  readonly pid: number | undefined;
  readonly stderr: Readable | null;
  readonly postMessage: (message: unknown) => void;
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
    this.postMessage = (message) => {
      if (child.connected) child.send(message as object, () => undefined);
    };
    this.kill = () => child.kill();
    child.on('message', (message) => this.emit('message', message));
    child.on('exit', (code) => this.emit('exit', code));
  }
}

export const utilityProcess = {
  fork: (entry: string, args: readonly string[]) => new UtilityProcess(entry, args),
};
