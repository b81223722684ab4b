/** Rule: what is shown takes no more than its share of the time, whatever it costs, and is shown on time where cheap. */
import { describe, expect, it } from 'vitest';
import { RandomStream } from '#engine/ops/philox.ts';
import { Pace } from '#engine/training/pace.ts';

const HOUR_MS = 3_600_000;
const STEP_MS = 5;

/** Steps go by; whenever it is due, the cost is paid. */
function simulate(pace: Pace, cost: (turn: number) => number) {
  let [now, spent, times] = [0, 0, 0];
  while (now < HOUR_MS / 4) {
    now += STEP_MS;
    if (!pace.isDue(now)) continue;
    const costMs = cost(times++);
    now += costMs;
    spent += costMs;
    pace.spent(now, costMs);
  }
  // The first time is free, and the last may lie at the very end.
  const charged = Math.max(0, spent - 2 * cost(0));
  return { share: charged / now, perSecond: (times / now) * 1000 };
}

describe('pace', () => {
  it('keeps its interval where it is cheap', () => {
    const { perSecond } = simulate(new Pace(100, 0.01), () => 0.5);
    expect(perSecond).toBeGreaterThan(9);
    expect(perSecond).toBeLessThanOrEqual(10);
  });

  it.each([5, 50, 500])('keeps its share where it costs %i ms', (costMs) => {
    const { share } = simulate(new Pace(100, 0.01), () => costMs);
    expect(share).toBeLessThanOrEqual(0.01);
    expect(share).toBeGreaterThan(0.008);
  });

  it('keeps its share where costs vary', () => {
    const random = new RandomStream(1, 'data', 0);
    const { share } = simulate(new Pace(100, 0.01), () => 2 + 10 * random.uniform());
    expect(share).toBeLessThan(0.0101);
  });

  it('is not stilled by one bad moment', () => {
    const pace = new Pace(100, 0.01);
    const costs = [30, 1, 1, 1, 2000];
    let now = 0;
    for (const cost of costs) pace.spent((now += 1000), cost);
    expect(pace.isDue(now + 500)).toBe(true);
    expect(pace.isDue(now + 99)).toBe(false);
  });

  it('waits from the beginning where it is put off', () => {
    const pace = new Pace(100, 0.01);
    pace.postpone(0, 100);
    expect([pace.isDue(99), pace.isDue(100)]).toEqual([false, true]);
    pace.spent(100, 5);
    expect([pace.isDue(599), pace.isDue(601)]).toEqual([false, true]);
  });

  it('without end is never due', () => {
    expect(new Pace(Infinity, 0.01).isDue(1e12)).toBe(false);
  });
});
