/** Rule: many reads that follow each other open a file once; it is closed when none comes, and may be opened again. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { HeldWhileRead } from '#main/dataProcess/heldWhileRead.ts';

const IDLE_MS = 20;

function counted() {
  const told = { opened: 0, closed: 0 };
  const open = () => {
    told.opened += 1;
    const close = () => {
      told.closed += 1;
      return Promise.resolve();
    };
    return Promise.resolve({ value: told.opened, close });
  };
  return { told, open };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('opens once for many reads, also at the same time, and closes after them', async () => {
  const { told, open } = counted();
  const held = new HeldWhileRead(open, IDLE_MS);
  const read = () => held.use(({ value }) => Promise.resolve(value));
  expect(await Promise.all([read(), read()])).toEqual([1, 1]);
  expect(await read()).toBe(1);
  await vi.advanceTimersByTimeAsync(IDLE_MS - 1);
  expect(told).toEqual({ opened: 1, closed: 0 });
  await vi.advanceTimersByTimeAsync(1);
  expect(told.closed).toBe(1);
  expect(await read()).toBe(2);
  await held.letGo();
  expect(told).toEqual({ opened: 2, closed: 2 });
});
test('is not closed under whoever reads', async () => {
  const { told, open } = counted();
  const held = new HeldWhileRead(open, IDLE_MS);
  await held.use(async () => {
    await held.letGo();
    expect(told.closed).toBe(0);
  });
  await vi.advanceTimersByTimeAsync(IDLE_MS);
  expect(told.closed).toBe(1);
});
test('what could not be opened is tried again', async () => {
  const { open } = counted();
  const once = vi.fn(open).mockRejectedValueOnce(new Error('gone'));
  const held = new HeldWhileRead(once, IDLE_MS);
  const read = () => held.use(({ value }) => Promise.resolve(value));
  await expect(read()).rejects.toThrow('gone');
  expect(await read()).toBe(1);
  await held.letGo();
});
