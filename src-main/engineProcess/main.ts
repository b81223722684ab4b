/**
 * The program of the engine process. Finds out who started it (Electron's utility process or a Node
 * parent), serves the engine contract there, and ends when the parent goes away.
 */
import { constants, getPriority, setPriority } from 'node:os';
import { join } from 'node:path';
import type { Backend, BackendName } from '#engine/backends/backend.ts';
import { createNullBackend } from '#engine/backends/null/index.ts';
import { createReferenceBackend } from '#engine/backends/reference/index.ts';
import { createWasmBackend } from '#engine/backends/wasm/index.ts';
import { errorMessage } from '#engine/ir/errors.ts';
import { createNodePlatform } from '#engine/platform/node.ts';
import {
  type EngineCalls,
  type EngineEvents,
  serve,
  type Server,
  type Transport,
} from '#engine/protocol/index.ts';
import { createEngineService } from '#engine/training/engineService.ts';
import { writesCompiled } from '../compiled.ts';
import { createGpuBackend } from './gpuBackend.ts';
import { markLine } from './engineLog.ts';
import { parentTransport } from './parentTransport.ts';
import { IN_BACKGROUND } from './starter.ts';

// Beside this program; code shared with other entries is built into files elsewhere.
const platform = createNodePlatform({
  threadEntry: join(import.meta.dirname, 'wasmThread.js'),
  log(level, message) {
    if (level !== 'debug') process.stderr.write(`${markLine(`${level}: ${message}`)}\n`);
  },
});

function createBackend(name: BackendName, threads: number): Promise<Backend> {
  switch (name) {
    case 'wasm':
      return createWasmBackend(platform, { threads: threads > 0 ? threads : platform.cores });
    case 'reference':
      return Promise.resolve(createReferenceBackend());
    case 'null':
      return Promise.resolve(createNullBackend());
    case 'webgpu':
      return createGpuBackend(platform);
    default:
      return name satisfies never;
  }
}

/** How far behind everything else it is put instead of below normal: a niceness, 0 for not at all. */
const NICENESS = 'NETLOOM_ENGINE_NICE';

/** Threads take their priority over from the one that starts them, so this comes before them. */
function giveWay(): void {
  const niceness = Number(process.env[NICENESS] ?? constants.priority.PRIORITY_BELOW_NORMAL);
  try {
    // The smaller number comes first; whoever started the app may have put it further behind.
    if (getPriority() < niceness) setPriority(niceness);
  } catch (error) {
    // Training works all the same, only less politely.
    const why = errorMessage(error);
    platform.log('warning', `The priority of the engine cannot be lowered: ${why}`);
  }
}

if (process.argv.includes(IN_BACKGROUND)) giveWay();

// Ctrl+C in a terminal reaches the whole group; stopping cleanly is the parent's decision.
process.on('SIGINT', () => undefined);

const latencyMs = Number(process.env['NN_ENGINE_LATENCY_MS'] ?? 0);
const transport = parentTransport();
const slowed: Transport =
  latencyMs > 0
    ? { ...transport, send: (message) => void setTimeout(() => transport.send(message), latencyMs) }
    : transport;

/** With the first word of a run all of it is loaded. */
const keep = writesCompiled();
let server: Server<EngineEvents> | null = null;
const service = createEngineService({
  platform,
  createBackend,
  emit(event, payload) {
    server?.emit(event, payload);
    keep();
  },
  verify: process.env['NN_CHECK'] === '1',
});
server = serve<EngineCalls, EngineEvents>(slowed, service);
