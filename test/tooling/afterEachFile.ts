/** What modules that several files of tests share must let go of after each of them. */
import { afterAll, vi } from 'vitest';
import { removeTableFolder } from '../support/tableFolder.ts';

afterAll(removeTableFolder);
afterAll(() => {
  if (!vi.isFakeTimers()) return;
  vi.useRealTimers();
  throw new Error('This file of tests leaves timers that stand still to the next one.');
});
