/**
 * Rule: the engine hears of it when the last window is hidden or closed, when one is seen again, when a hand
 * begins and ends to move a canvas, and of nothing else.
 */
import { describe, expect, test } from 'vitest';
import { HAND_RESTS_MS, type Attention, type Watching } from '#engine/protocol/index.ts';
import { AttentionService } from '#main/services/attention.ts';

function service() {
  const told: Attention[] = [];
  const shown: Watching[] = [];
  const timers = new Map<() => void, number>();
  const attention = new AttentionService({
    tell: (to) => told.push(to),
    onChanged: (watching) => shown.push(watching),
    later(run, ms) {
      timers.set(run, ms);
      return () => timers.delete(run);
    },
  });
  const pass = (): void => [...timers.keys()].forEach((run) => (timers.delete(run), run()));
  return { attention, told, shown, timers, pass };
}
const [one, two] = [{}, {}];
const ATTENTIVE: Attention = { level: 'full', pace: 'full', handMoves: false };

describe('windows', () => {
  test('none: hidden, and nobody to follow a slow pace', () => {
    const { attention } = service();
    attention.choose({ pace: 'slow' });
    expect(attention.attention).toEqual({ ...ATTENTIVE, level: 'hidden' });
  });

  test('one that is seen is enough', () => {
    const { attention, told } = service();
    attention.looks(one, { visible: true });
    attention.looks(two, { visible: true });
    attention.looks(one, { visible: false });
    expect(told).toEqual([ATTENTIVE]);
    attention.looks(two, { visible: false });
    attention.looks(two, { visible: true });
    attention.left(two);
    expect(told.slice(1)).toEqual([
      { ...ATTENTIVE, level: 'hidden' },
      ATTENTIVE,
      { ...ATTENTIVE, level: 'hidden' },
    ]);
  });

  test('a hidden one keeps the pace that was chosen; off stays off', () => {
    const { attention } = service();
    attention.looks(one, { visible: false });
    attention.choose({ pace: 'realTime' });
    expect(attention.attention).toEqual({ ...ATTENTIVE, level: 'hidden', pace: 'realTime' });
    attention.choose({ level: 'off' });
    expect(attention.attention.level).toBe('off');
  });
});

test('of several runs those that a visible window shows are drawn; of windows that say nothing, all', () => {
  const { attention, told } = service();
  attention.looks(one, { visible: true });
  expect(attention.of('a').level).toBe('full');
  attention.looks(one, { visible: true, runs: ['a'] });
  expect(told).toHaveLength(2);
  expect(['a', 'b', null].map((run) => attention.of(run).level)).toEqual([
    'full',
    'hidden',
    'full',
  ]);
  attention.looks(two, { visible: false, runs: ['b'] });
  expect(attention.of('b').level).toBe('hidden');
  attention.looks(two, { visible: true, runs: ['b'] });
  expect(attention.of('b').level).toBe('full');
});

test('a choice is told to the engine once and to all windows', () => {
  const { attention, told, shown } = service();
  attention.looks(one, { visible: true });
  expect(attention.choose({ level: 'balanced' })).toEqual({ level: 'balanced', pace: 'full' });
  attention.choose({ level: 'balanced' });
  expect(told).toEqual([ATTENTIVE, { ...ATTENTIVE, level: 'balanced' }]);
  expect(shown).toHaveLength(2);
});

describe('a hand on the canvas', () => {
  test('is told when it begins and when it ends, not in between', () => {
    const { attention, told, timers } = service();
    attention.looks(one, { visible: true });
    attention.handMoves(one, true);
    attention.handMoves(one, true);
    expect(timers.size).toBe(1);
    attention.handMoves(one, false);
    expect(told.slice(1)).toEqual([{ ...ATTENTIVE, handMoves: true }, ATTENTIVE]);
    expect(timers.size).toBe(0);
  });

  test('is let go when its window says nothing any more, or is gone', () => {
    const { attention, told, timers, pass } = service();
    attention.looks(one, { visible: true });
    attention.looks(two, { visible: true });
    attention.handMoves(one, true);
    expect([...timers.values()]).toEqual([HAND_RESTS_MS]);
    pass();
    expect(told.at(-1)).toEqual(ATTENTIVE);
    attention.handMoves(one, true);
    attention.left(one);
    expect(told.at(-1)).toEqual(ATTENTIVE);
    expect(timers.size).toBe(0);
  });

  test('of two windows counts until both rest', () => {
    const { attention, told } = service();
    attention.looks(one, { visible: true });
    attention.looks(two, { visible: true });
    attention.handMoves(one, true);
    attention.handMoves(two, true);
    attention.handMoves(one, false);
    expect(told.at(-1)?.handMoves).toBe(true);
    attention.handMoves(two, false);
    expect(told.at(-1)?.handMoves).toBe(false);
  });
});
