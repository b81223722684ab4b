/**
 * Rule: what is shown takes no more than its share of the time, whatever it costs; is shown on time where
 * cheap; and one kind may use what another leaves.
 */
import { describe, expect, it } from 'vitest';
import { type Denial, WatchBudget } from '#engine/training/watchBudget.ts';

const STEP_MS = 5;
const FOR_MS = 900_000;

type Costs = Readonly<Record<string, number>>;

/** Steps go by; whatever is due is shown, at its cost. */
function simulate(
  budget: WatchBudget<string>,
  costs: Costs,
  { stepMs = STEP_MS, noise = (): number => 0 } = {},
) {
  let now = 0;
  let spent = 0;
  const times: Record<string, number> = {};
  const denials = new Map<string, Denial>();
  while (now < FOR_MS) {
    now += stepMs;
    for (const [kind, cost] of Object.entries(costs)) {
      if (!budget.isDue(kind, now)) continue;
      const costMs = cost + noise();
      now += costMs;
      spent += costMs;
      times[kind] = (times[kind] ?? 0) + 1;
      denials.set(kind, budget.spent(kind, now, costMs));
    }
  }
  const perSecond = (kind: string): number => ((times[kind] ?? 0) / now) * 1000;
  return { share: spent / now, perSecond, denials };
}
const one = (share: number, intervalMs = 100) =>
  new WatchBudget({ a: { intervalMs, weight: 1 } }, share);

describe('one kind', () => {
  it('keeps its rate where it is cheap', () => {
    const { perSecond, denials } = simulate(one(0.01), { a: 0.5 });
    expect(perSecond('a')).toBeGreaterThan(9);
    expect(perSecond('a')).toBeLessThanOrEqual(10);
    expect(denials.get('a')).toBe('rate');
  });

  it.each([
    [0.01, 5],
    [0.01, 50],
    [0.01, 500],
    [0.25, 32],
    [0.25, 200],
  ])('keeps a share of %d where it costs %d ms', (share, cost) => {
    const told = simulate(one(share), { a: cost });
    // The first time is free, and one may lie at the very end.
    const allowance = (2 * cost) / FOR_MS;
    expect(told.share).toBeLessThanOrEqual(share + allowance);
    if (cost > 5) {
      expect(told.share).toBeGreaterThan(share * 0.9);
      expect(told.denials.get('a')).toBe('share');
    }
  });

  it('is shown eight times a second in a quarter of the time at 32 ms', () => {
    const { perSecond } = simulate(one(0.25), { a: 32 });
    expect(perSecond('a')).toBeGreaterThan(7);
    expect(perSecond('a')).toBeLessThan(8);
  });

  it('is held back by nothing where every step is shown', () => {
    const { perSecond, denials } = simulate(one(0.25), { a: 20 }, { stepMs: 150 });
    expect(perSecond('a')).toBeCloseTo(1000 / 170, 1);
    expect(denials.get('a')).toBe(null);
  });

  it('is charged what the work takes, not what the machine did meanwhile', () => {
    let turn = 0;
    const noise = (): number => (turn++ % 3 === 0 ? 60 : 0);
    const { perSecond } = simulate(one(0.25), { a: 10 }, { noise });
    expect(perSecond('a')).toBeGreaterThan(7);
  });

  it('does not rush after a rest', () => {
    const budget = one(0.25);
    budget.spent('a', 0, 40);
    budget.isDue('a', 3_600_000);
    let shown = 0;
    for (let now = 3_600_000; now < 3_602_000; now += 5) {
      if (!budget.isDue('a', now)) continue;
      budget.spent('a', now, 1_000);
      shown += 1;
    }
    expect(shown).toBeLessThanOrEqual(2);
  });

  it('waits from the beginning where it is put off', () => {
    const budget = one(0.01);
    budget.postpone('a', 0, 100);
    expect([budget.isDue('a', 99), budget.isDue('a', 100)]).toEqual([false, true]);
    budget.spent('a', 100, 5);
    expect([budget.isDue('a', 590), budget.isDue('a', 605)]).toEqual([false, true]);
  });

  it('without end, or with no share, is never due', () => {
    expect(one(0.01, Infinity).isDue('a', 1e12)).toBe(false);
    expect(one(0).isDue('a', 1e12)).toBe(false);
  });
});

describe('several kinds', () => {
  const demands = {
    frames: { intervalMs: 100, weight: 3 },
    pictures: { intervalMs: 500, weight: 1 },
    never: { intervalMs: Infinity, weight: 10 },
  };

  it('together keep the share, each at least its own part', () => {
    const { share, perSecond } = simulate(new WatchBudget(demands, 0.2), {
      frames: 100,
      pictures: 300,
    });
    expect(share).toBeLessThan(0.202);
    expect(share).toBeGreaterThan(0.18);
    expect(perSecond('frames')).toBeGreaterThan((0.2 * 0.75 * 0.9) / 0.1);
    expect(perSecond('pictures')).toBeGreaterThan((0.2 * 0.25 * 0.9) / 0.3);
  });

  it('use what others leave', () => {
    const { perSecond } = simulate(new WatchBudget(demands, 0.2), { frames: 32, pictures: 1 });
    // A fifth of the time, less two pictures of a millisecond, is six frames a second; its own part is 4.7.
    expect(perSecond('frames')).toBeGreaterThan(5.5);
    expect(perSecond('pictures')).toBeGreaterThan(1.8);
  });

  it('change their share while they go', () => {
    const budget = new WatchBudget(demands, 0.25);
    expect(simulate(budget, { frames: 32 }).share).toBeGreaterThan(0.2);
    const quiet = new WatchBudget(demands, 0.25);
    quiet.setShare(0, 0.01);
    expect(simulate(quiet, { frames: 32 }).share).toBeLessThan(0.0105);
  });
});
