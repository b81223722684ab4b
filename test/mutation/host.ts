/**
 * A process with Vitest in it, which runs test files when it is told to and says when they are done. It ends itself
 * where a test hangs: its own processor time is the clock, so that a busy machine is not taken for that.
 */
import { statSync } from 'node:fs';
import { relative } from 'node:path';
import { createVitest, type TestSpecification } from 'vitest/node';
import { RECORDS, ROOT } from './work.ts';

export interface Ask {
  readonly files: readonly string[];
  /** Whether the first test that fails ends it. */
  readonly stops: boolean;
}
export type Answer =
  | { readonly files: readonly string[] }
  /** Of the run: the first test, or file, that failed. */
  | { readonly failed: { readonly file: string; readonly test: string } | null }
  | 'hangs';

/** Processor time without a word from the worker. */
const HANGS_MS = 60_000;
const EVERY_MS = 500;

const tell = (answer: Answer): void => {
  process.send?.(answer);
};
const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

const vitest = await createVitest('test', {
  ...{ root: ROOT, config: 'test/mutation/vitest.config.ts', watch: false, reporters: [{}] },
  sequence: {
    // As asked: the nearest first.
    sequencer: class {
      sort = (files: TestSpecification[]): TestSpecification[] => files;
      shard = (files: TestSpecification[]): TestSpecification[] => files;
    },
  },
});
const specifications = await vitest.globTestSpecifications();
const placeOf = ({ moduleId }: { readonly moduleId: string }): string => relative(ROOT, moduleId);

async function run({ files, stops }: Ask): Promise<Answer> {
  vitest.config.bail = stops ? 1 : 0;
  const wanted = files.flatMap((file) =>
    specifications.filter((specification) => placeOf(specification) === file),
  );
  const { testModules } = await vitest.runTestSpecifications(wanted, false);
  for (const module of testModules) {
    if (module.ok()) continue;
    const [test] = module.children.allTests('failed');
    return { failed: { file: placeOf(module), test: test?.fullName ?? '(while it is read)' } };
  }
  return { failed: null };
}

let heard = { size: 0, atMs: 0 };
// A watch over a worker that may hang, and says nothing of it.
// oxlint-disable-next-line netloom/fixed-wait
setInterval(() => {
  const { size } = statSync(RECORDS);
  if (size !== heard.size) heard = { size, atMs: cpuMs() };
  if (cpuMs() - heard.atMs < HANGS_MS) return;
  process.send?.('hangs', () => process.exit(1));
}, EVERY_MS).unref();

process.on('message', (ask: Ask) => {
  heard = { size: -1, atMs: cpuMs() };
  void run(ask).then(tell);
});
process.on('disconnect', () => process.exit(0));
tell({ files: specifications.map(placeOf) });
