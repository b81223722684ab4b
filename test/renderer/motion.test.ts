/** Rule: what comes while the camera moves waits, in its order: no longer than about two seconds, and no longer than the hand. */
import { expect, test } from 'vitest';
import { Motion } from '#renderer/state/motion.ts';

function moving() {
  let now = 0;
  let timer: { at: number; run: () => void } | null = null;
  const motion = new Motion({
    now: () => now,
    later: (run, ms) => {
      timer = { at: now + ms, run };
    },
  });
  const heard: string[] = [];
  const pass = (ms: number): void => {
    const until = now + ms;
    for (let due = timer; due && due.at <= until; due = timer) {
      now = due.at;
      timer = null;
      due.run();
    }
    now = until;
  };
  return { motion, heard, pass, tell: (what: string) => motion.hold(() => heard.push(what)) };
}

test('a hand that rests holds nothing', () => {
  const { heard, tell } = moving();
  tell('a');
  expect(heard).toEqual(['a']);
});

test('what comes meanwhile comes after it, in order', () => {
  const { motion, heard, pass, tell } = moving();
  motion.moved();
  tell('a');
  pass(100);
  motion.moved();
  tell('b');
  pass(100);
  expect(heard).toEqual([]);
  pass(200);
  expect(heard).toEqual(['a', 'b']);
  expect(motion.isMoving).toBe(false);
  tell('c');
  expect(heard).toEqual(['a', 'b', 'c']);
});

test('a hand that does not rest holds it for about two seconds', () => {
  const { motion, heard, pass, tell } = moving();
  const times: number[] = [];
  for (let ms = 0; ms < 10_000; ms += 16) {
    motion.moved();
    tell(String(ms));
    pass(16);
    if (heard.length > 0) times.push(ms);
    heard.length = 0;
  }
  expect(times.length).toBeGreaterThanOrEqual(4);
  expect(times.length).toBeLessThanOrEqual(5);
  expect(motion.isMoving).toBe(true);
});

test('the beginning and the end are told once each', () => {
  const { motion, pass } = moving();
  const told: boolean[] = [];
  const stop = motion.subscribe((each) => told.push(each));
  for (let i = 0; i < 20; i++) {
    motion.moved();
    pass(16);
  }
  pass(500);
  stop();
  motion.moved();
  expect(told).toEqual([true, false]);
});
