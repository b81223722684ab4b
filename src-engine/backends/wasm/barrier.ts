/**
 * The barrier between kernels: all threads arrive, then all go on. A waiter spins for a few microseconds,
 * because the others usually arrive within one, and then sleeps, so that an uneven or interrupted step
 * does not burn a core. The last to arrive wakes sleepers only when there are any.
 */
import type { FunctionHandle, ModuleBuilder } from '#engine/assembler/assembler.ts';
import { CONTROL } from './control.ts';
import { i32, unreachable } from '#engine/assembler/instructions.ts';

/** About 20 us of polling on a 3 GHz core: longer than the usual skew of two threads, far shorter than a time slice. */
const SPINS = 20_000;
/** Sleepers look up this often whether another thread has failed. */
const LOOK_UP_NS = 500_000_000n;
/**
 * After so many look-ups without the others (ten seconds), they are taken for dead: the host, which waits in
 * here itself, cannot hear that a thread has ended. No kernel's share takes nearly as long.
 */
const LOOK_UPS = 20;

/** `barrier()`; with one thread there is nobody to wait for, and no call should be emitted. */
export function barrierFunction(module: ModuleBuilder, threads: number): FunctionHandle {
  return module.shared('barrier', () =>
    module.function(null, [], null, (f) => {
      const generation = f.local('i32', i32.atomicLoad(CONTROL.generation));
      const spins = f.local('i32', SPINS);
      const lookUps = f.local('i32', LOOK_UPS);
      const changed = () => i32.ne(i32.atomicLoad(CONTROL.generation), generation);

      f.if(i32.eq(i32.atomicAdd(CONTROL.arrived, 1), threads - 1), () => {
        f.run(i32.atomicStore(CONTROL.arrived, i32.const(0)));
        f.run(i32.atomicStore(CONTROL.generation, i32.add(generation, 1)));
        // A waiter counts itself among the sleepers before it compares the generation once more inside
        // atomicWait: either it is seen here, or it sees the new generation there.
        f.if(i32.atomicLoad(CONTROL.sleepers), () => {
          f.drop(i32.atomicNotify(CONTROL.generation, threads));
        });
        f.return();
      });

      f.loop((spin) => {
        f.if(changed(), () => f.return());
        f.increment(spins, -1);
        f.branchIf(spin, spins);
      });

      f.drop(i32.atomicAdd(CONTROL.sleepers, 1));
      f.loop((sleep) => {
        f.drop(i32.atomicWait(CONTROL.generation, generation, LOOK_UP_NS));
        f.if(i32.atomicLoad(CONTROL.failed), () => f.run(unreachable));
        f.increment(lookUps, -1);
        f.if(i32.eqz(lookUps), () => f.run(unreachable));
        f.branchIf(sleep, i32.eqz(changed()));
      });
      f.drop(i32.atomicAdd(CONTROL.sleepers, -1));
    }),
  );
}
