/** Rule: the engine hears of it when the last window is hidden or closed, when one is seen again, and of nothing else. */
import { describe, expect, test } from 'vitest';
import type { Attention, Watching } from '#engine/protocol/index.ts';
import { AttentionService } from '#main/services/attention.ts';

function service() {
  const told: Attention[] = [];
  const shown: Watching[] = [];
  const attention = new AttentionService({
    tell: (to) => told.push(to),
    onChanged: (watching) => shown.push(watching),
  });
  return { attention, told, shown };
}
const [one, two] = [{}, {}];

describe('windows', () => {
  test('none: hidden, and nobody to follow a slow pace', () => {
    const { attention } = service();
    attention.choose({ pace: 'slow' });
    expect(attention.attention).toEqual({ level: 'hidden', pace: 'full' });
  });

  test('one that is seen is enough', () => {
    const { attention, told } = service();
    attention.looks(one, true);
    attention.looks(two, true);
    attention.looks(one, false);
    expect(told).toEqual([{ level: 'full', pace: 'full' }]);
    attention.looks(two, false);
    attention.looks(two, true);
    attention.left(two);
    expect(told.slice(1)).toEqual([
      { level: 'hidden', pace: 'full' },
      { level: 'full', pace: 'full' },
      { level: 'hidden', pace: 'full' },
    ]);
  });

  test('a hidden one keeps the pace that was chosen; off stays off', () => {
    const { attention } = service();
    attention.looks(one, false);
    attention.choose({ pace: 'realTime' });
    expect(attention.attention).toEqual({ level: 'hidden', pace: 'realTime' });
    attention.choose({ level: 'off' });
    expect(attention.attention.level).toBe('off');
  });
});

test('a choice is told to the engine once and to all windows', () => {
  const { attention, told, shown } = service();
  attention.looks(one, true);
  expect(attention.choose({ level: 'balanced' })).toEqual({ level: 'balanced', pace: 'full' });
  attention.choose({ level: 'balanced' });
  expect(told).toEqual([
    { level: 'full', pace: 'full' },
    { level: 'balanced', pace: 'full' },
  ]);
  expect(shown).toHaveLength(2);
});
