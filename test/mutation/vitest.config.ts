/** The fast groups of tests as they always run, in one worker, with the switches of the mutants drawn. */
import { defineConfig } from 'vitest/config';
import base from '../../vitest.config.ts';
import { switches } from './switches.ts';
import { readDrawn, ROOT } from './work.ts';

const GROUPS = ['static', 'unit', 'backends', 'parity'];
/** Long ones, about kernels, gradients and whole trainings: they run the rules on their way to something else. */
const SLOW = [
  'test/layers/gradients*.test.ts',
  'test/backends/{wasm,exporting,training[A-Z]}*.test.ts',
  'test/parity/{onnx,trajectories}*.test.ts',
];
const drawn = readDrawn();

const projects = (base.test?.projects ?? []).flatMap((project) => {
  // The projects of the base are plain objects.
  if (typeof project !== 'object' || !('test' in project)) return [];
  const { test } = project;
  if (typeof test?.name !== 'string' || !GROUPS.includes(test.name)) return [];
  const own = { runner: './test/mutation/runner.ts', pool: 'threads', maxWorkers: 1 } as const;
  const exclude = [...(test.exclude ?? []), ...SLOW];
  return [{ plugins: [switches(ROOT, drawn)], test: { ...test, ...own, exclude } }];
});

if (projects.length !== GROUPS.length) throw new Error('a group of tests has another name');

/** One after the other, in the order given. */
export default defineConfig({ root: ROOT, test: { maxWorkers: 1, projects } });
