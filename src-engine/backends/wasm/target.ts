/**
 * What this machine computes with: the ways of emitting kernels, best first, each tried by the self-test,
 * and the fastest of those that pass. A way that is dropped is said so in the log.
 */
import type { Platform } from '#engine/platform/platform.ts';
import { ModuleBuilder } from '#engine/assembler/assembler.ts';
import { f32x4, v128 } from '#engine/assembler/instructions.ts';
import type { Target } from './kernel.ts';
import { measureProducts, selfTest } from './selfTest.ts';

/** Makes V8 join neighbouring 128-bit operations into 256-bit ones; it reads it when compiling. */
const REVECTORIZE = '--experimental-wasm-revectorize';
/**
 * Compiles kernels with the optimising compiler at once. V8 would first run a quick translation and
 * optimise what runs often; programs that run a few times a second (probes, samples) never got there and
 * took several times as long. Costs about 0.1 s at the start.
 */
const OPTIMISE_AT_ONCE = '--no-liftoff';

interface Way {
  readonly label: string;
  readonly relaxed: boolean;
  readonly tile: Target['tile'];
}

/** Register tiles: 12 sums, the vectors of B and one broadcast fill the 16 registers of x64. */
const WIDE_TILE = { rows: 6, columns: 16 };
const NARROW_TILE = { rows: 6, columns: 8 };
/** Without multiply-add the product needs a register more. */
const SMALL_TILE = { rows: 4, columns: 8 };

export interface ChosenTarget {
  readonly target: Target;
  readonly description: string;
}

/** Throws when what a target computes is wrong. */
export type Check = (target: Target) => Promise<void>;

/** The fastest way that passes, and how fast it is. */
interface Fastest {
  readonly way: Way;
  readonly gflops: number;
}

/**
 * By whether V8 joins vectors: a process tests and measures its machine once, in a tenth of a second, however many
 * backends it opens.
 */
const known = new Map<boolean, Promise<Fastest>>();

export async function chooseTarget(
  platform: Platform,
  threads: number,
  check: Check = selfTest,
): Promise<ChosenTarget> {
  const revectorized = platform.enableV8Flag?.(REVECTORIZE) ?? false;
  platform.enableV8Flag?.(OPTIMISE_AT_ONCE);
  const { way, gflops } =
    check === selfTest
      ? await fastestOnce(platform, revectorized)
      : await fastestWay(platform, waysToTry(revectorized), check);
  const description =
    `wasm, ${threads} ${threads === 1 ? 'thread' : 'threads'}, ${way.label}, ` +
    `self-test passed, ${gflops.toFixed(0)} GFLOP/s per thread`;
  return { target: targetOf(way, threads), description };
}

function fastestOnce(platform: Platform, revectorized: boolean): Promise<Fastest> {
  const found = known.get(revectorized) ?? fastestWay(platform, waysToTry(revectorized), selfTest);
  known.set(revectorized, found);
  // What failed may pass when it is tried again, with a reason in the log again.
  found.catch(() => known.delete(revectorized));
  return found;
}

async function fastestWay(
  platform: Platform,
  ways: readonly Way[],
  check: Check,
): Promise<Fastest> {
  const passes = async (way: Way): Promise<boolean> => {
    try {
      await check(targetOf(way, 1));
      return true;
    } catch (error) {
      platform.log('warning', `CPU engine: ${way.label} is not used: ${String(error)}`);
      return false;
    }
  };
  const passed: Way[] = [];
  for (const way of ways) if (await passes(way)) passed.push(way);
  // Never the fastest where anything else works, so tried only then.
  if (passed.length === 0 && (await passes(PLAIN))) passed.push(PLAIN);
  const speeds = await measureProducts(
    passed.map((way) => targetOf(way, 1)),
    () => platform.now(),
  );
  const measured = passed.map((way, i) => ({ way, gflops: speeds[i] ?? 0 }));
  for (const { way, gflops } of measured) {
    platform.log('debug', `CPU engine: ${way.label} ${gflops.toFixed(0)} GFLOP/s on one thread`);
  }
  const [best] = measured.sort((a, b) => b.gflops - a.gflops);
  if (!best) throw new Error('the CPU engine fails its self-test on this machine');
  return best;
}

function targetOf({ relaxed, tile }: Way, threads: number): Target {
  return { threads, relaxed, tile };
}

/** What every machine runs that has WebAssembly with vectors, on one thread. */
export const PORTABLE_TARGET: Target = { threads: 1, relaxed: false, tile: SMALL_TILE };

const PLAIN: Way = { label: 'plain SIMD', relaxed: false, tile: SMALL_TILE };

function waysToTry(revectorized: boolean): Way[] {
  if (!relaxedSimd()) return [];
  const narrow = { label: 'relaxed SIMD', relaxed: true, tile: NARROW_TILE };
  if (!revectorized) return [narrow];
  return [{ label: 'relaxed SIMD in pairs', relaxed: true, tile: WIDE_TILE }, narrow];
}

function relaxedSimd(): boolean {
  const module = new ModuleBuilder({ memory: { initialPages: 1, maximumPages: 1 } });
  module.function('probe', [], null, (f) => {
    const x = f.local('v128');
    f.run(v128.store(0, f32x4.relaxedMadd(x, x, x)));
  });
  return WebAssembly.validate(module.bytes());
}
