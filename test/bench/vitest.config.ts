import { defineConfig } from 'vitest/config';

/** Timings, apart from the tests: `vitest run --config test/bench/vitest.config.ts`. */
export default defineConfig({
  test: {
    include: ['test/bench/*.bench.ts'],
    testTimeout: 600_000,
    fileParallelism: false,
    disableConsoleIntercept: true,
  },
});
