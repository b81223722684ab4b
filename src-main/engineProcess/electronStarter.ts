/** The engine in Electron's utility process. The one file beside the shell that imports electron. */
import { type MessagePortMain, utilityProcess } from 'electron';
import { createEngineLog } from './engineLog.ts';
import { GPU_PORT, isGpuRequest } from './gpuPort.ts';
import {
  type EngineProcess,
  type EngineStarter,
  IN_BACKGROUND,
  runtimeArguments,
} from './starter.ts';

export interface ElectronStarterOptions {
  readonly entry: string;
  /** As the system's list of processes shows it. */
  readonly name: string;
  readonly onLog: (line: string) => void;
  /** Opens an executor where WebGPU is, and answers the port to it; absent for programs that use none. */
  readonly openGpu?: () => MessagePortMain;
}

export function createElectronStarter({
  entry,
  name,
  onLog,
  openGpu,
}: ElectronStarterOptions): EngineStarter {
  return {
    start(limits = {}): EngineProcess {
      const child = utilityProcess.fork(entry, [IN_BACKGROUND], {
        serviceName: name,
        execArgv: runtimeArguments(limits),
        // An output that nobody reads would fill up and stop the engine.
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      const log = createEngineLog(onLog);
      let killed = false;
      child.stderr?.on('data', (chunk: Buffer) => log.write(chunk.toString('utf8')));
      child.on('exit', (code) => log.end(!killed && code !== 0));
      child.on('message', (message: unknown) => {
        if (openGpu && isGpuRequest(message)) child.postMessage(GPU_PORT, [openGpu()]);
      });
      return {
        get pid() {
          return child.pid;
        },
        transport: {
          send: (message) => child.postMessage(message),
          onMessage: (listener) => void child.on('message', listener),
          onClose: (listener) => void child.on('exit', listener),
        },
        onExit: (listener) => void child.on('exit', (code) => listener({ code, signal: null })),
        kill() {
          killed = true;
          child.kill();
        },
      };
    },
  };
}
