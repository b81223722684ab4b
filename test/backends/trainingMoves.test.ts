/**
 * Rule: where a run goes on after its device was lost is what its record, the API and the app tell, not where
 * it started. The lost device is the CPU engine in disguise.
 */
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type Backend, type BackendName, DeviceLostError } from '#engine/backends/backend.ts';
import { createNodePlatform } from '#engine/platform/node.ts';
import {
  type AppCalls,
  type AppEvents,
  connect,
  type EngineCalls,
  type EngineEvents,
  type RunSummary,
  serve,
  type Server,
} from '#engine/protocol/index.ts';
import { createEngineService } from '#engine/training/engineService.ts';
import type { EngineStarter } from '#main/engineProcess/starter.ts';
import { createServices } from '#main/services/index.ts';
import { deviceText } from '#renderer/training/dataAndDevice.ts';
import { temporaryFolder } from '../support/cli.ts';
import { pointsDocument } from '../support/documents.ts';
import { wasm } from '../support/engineRun.ts';
import { memoryPair } from '../support/memoryPair.ts';
import { readerStarter } from '#test/support/readerStarter.ts';

const LOST_AFTER = 40;
const folder = temporaryFolder();
afterEach(() => folder.remove());

/** A GPU that is lost after some steps, the first time; there is none after that. */
function devices(): (name: BackendName) => Promise<Backend> {
  let lost = false;
  return async (name) => {
    const cpu = await wasm(1)();
    if (name === 'wasm') return cpu;
    if (lost) throw new Error('No GPU can be reached.');
    const open: Backend['open'] = async (layout) => {
      const session = await cpu.open(layout);
      let runs = 0;
      return {
        ...session,
        load: (program) => session.load(program),
        write: (ref, data) => session.write(ref, data),
        read: (ref) => session.read(ref),
        settled: () => session.settled(),
        close: () => session.close(),
        run(program) {
          lost = runs++ >= LOST_AFTER;
          if (lost) throw new DeviceLostError('The GPU was lost.');
          session.run(program);
        },
      };
    };
    return { ...cpu, description: 'webgpu, a test', open, close: () => cpu.close() };
  };
}

function inProcess(createBackend: (name: BackendName) => Promise<Backend>): EngineStarter {
  return {
    start() {
      const [near, far] = memoryPair();
      let server: Server<EngineEvents> | null = null;
      const service = createEngineService({
        platform: createNodePlatform({ log: () => undefined }),
        createBackend,
        emit: (event, payload) => server?.emit(event, payload),
      });
      server = serve<EngineCalls, EngineEvents>(far, service);
      return { transport: near, pid: undefined, onExit: () => undefined, kill: () => undefined };
    },
  };
}

test('a run that goes on on the CPU is a run on the CPU', async () => {
  const services = createServices({
    info: { version: 'test', host: 'server', platform: 'test', cores: 1 },
    starter: inProcess(devices()),
    readerStarter,
    stateFolder: folder.path,
    projectFolder: join(folder.path, 'projects'),
    examplesFolder: folder.path,
  });
  const [near, far] = memoryPair();
  services.attach(far);
  const client = connect<AppCalls, AppEvents>(near);
  const told: RunSummary[] = [];
  const ended = new Promise<void>((resolve) => {
    client.on('run.changed', (summary) => {
      told.push(summary);
      if (summary.progress.state === 'finished') resolve();
    });
  });
  const document = pointsDocument('moons', 2, { device: 'webgpu', epochs: 3 });
  const started = await client.call('training.start', { document });
  expect(started).toMatchObject({ device: 'webgpu, a test' });
  await ended;
  const chips = told.filter(({ device }) => device !== '').map(deviceText);
  expect(chips.filter((text, i) => text !== chips[i - 1])).toEqual(['GPU', 'CPU 1 thread']);
  const run = await client.call('runs.get', { runId: started.id });
  expect(run).toMatchObject({ device: expect.stringMatching(/^wasm, /) as string, threads: 1 });
  expect(run.log.map(({ message }) => message).join()).toMatch(/GPU was lost.* on wasm, /);
  await services.close();
});
