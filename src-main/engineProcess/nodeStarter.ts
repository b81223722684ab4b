/** The engine as a child of a plain Node process. Messages are structured clones, typed arrays included. */
import { fork } from 'node:child_process';
import { createEngineLog } from './engineLog.ts';
import {
  type EngineProcess,
  type EngineStarter,
  IN_BACKGROUND,
  runtimeArguments,
} from './starter.ts';

const NOT_STARTED = { code: null, signal: null };

export interface NodeStarterOptions {
  /** The built engine program. */
  readonly entry: string;
  /** Where the engine's own diagnostics go. */
  readonly onLog: (line: string) => void;
  /** The engine gives way to everything else on the machine. */
  readonly background?: boolean;
  readonly env?: Readonly<Record<string, string>>;
}

export function createNodeStarter({
  entry,
  onLog,
  env,
  background = false,
}: NodeStarterOptions): EngineStarter {
  return {
    start(limits = {}): EngineProcess {
      const child = fork(entry, background ? [IN_BACKGROUND] : [], {
        execArgv: [...process.execArgv, ...runtimeArguments(limits)],
        serialization: 'advanced',
        stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
        env: { ...process.env, ...env },
      });
      const log = createEngineLog(onLog);
      let killed = false;
      child.stderr?.setEncoding('utf8').on('data', (text: string) => log.write(text));
      // Not `exit`: its last words may come after that.
      child.on('close', (code) => log.end(!killed && code !== 0));
      const exits = new Set<Parameters<EngineProcess['onExit']>[0]>();
      child.on('exit', (code, signal) => {
        const tell = (): void => exits.forEach((listener) => listener({ code, signal }));
        // What it said before it ended may still be in the pipe.
        if (child.connected) child.once('disconnect', tell);
        else tell();
      });
      child.on('error', (error) => {
        onLog(error.message);
        // A child that could not be started has no exit to report.
        if (child.pid === undefined) exits.forEach((listener) => listener(NOT_STARTED));
      });
      return {
        pid: child.pid,
        transport: {
          // A message to a process that has just died is lost, as its reply would be.
          send: (message) => void (child.connected && child.send(message, () => undefined)),
          onMessage: (listener) => void child.on('message', listener),
          onClose: (listener) => void exits.add(listener),
        },
        onExit: (listener) => void exits.add(listener),
        kill() {
          killed = true;
          child.kill('SIGKILL');
        },
      };
    },
  };
}
