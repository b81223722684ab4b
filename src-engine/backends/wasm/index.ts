/**
 * The CPU backend: kernels emitted as WebAssembly SIMD, run by several threads over one shared memory.
 * Everything is decided when a program is loaded; a step costs no JavaScript in between.
 */
import type { Platform } from '#engine/platform/platform.ts';
import type { Backend } from '../backend.ts';
import { WasmSession } from './session.ts';
import { chooseTarget } from './target.ts';
import { ThreadPool } from './threadPool.ts';

export { measurePeak } from './peak.ts';
export { compileStandalone, type StandaloneModules } from './standalone.ts';

export interface WasmOptions {
  /** Threads that compute, the calling one included. */
  readonly threads: number;
}

export async function createWasmBackend(
  platform: Platform,
  options: WasmOptions,
): Promise<Backend> {
  const threads = Math.max(1, Math.floor(options.threads));
  const { target, description } = await chooseTarget(platform, threads);
  const pool = await ThreadPool.start(platform, threads);
  return {
    name: 'wasm',
    description,
    threads,
    // async so that a refusal is a rejection.
    open: async (layout) => new WasmSession(layout, target, pool),
    close: () => pool.stop(),
  };
}
