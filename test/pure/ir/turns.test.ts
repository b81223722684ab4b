/** Rules of objectives that take turns: which are trained in an update follows from its number; every case has its program. */
import { describe, expect, test } from 'vitest';
import { analyse } from '#engine/check/analyse.ts';
import { dueCombinations, dueIn, MOST_TURNS, turnsOf } from '#engine/ir/turns.ts';
import type { NetworkDocument } from '#engine/ir/document.ts';
import { pointsDocument } from '#test/support/documents.ts';

const turns = (...everies: readonly number[]) => everies.map((every) => ({ every }));

test('an objective is trained in the last of as many updates as it says', () => {
  expect([1, 2, 3, 4, 5, 6].map((update) => dueIn(turns(1, 3), update))).toEqual([
    [0],
    [0],
    [0, 1],
    [0],
    [0],
    [0, 1],
  ]);
});

test.each([
  [[1]],
  [[1, 1]],
  [[1, 5]],
  [[2, 4]],
  [[2, 3]],
  [[2, 3, 4]],
  [[1, 6, 2, 6]],
  [[5, 7, 9]],
])('every combination of %j that occurs, and no other, that of all first', (everies) => {
  const objectives = turns(...everies);
  const found = dueCombinations(objectives).map((due) => due.join());
  const period = everies.reduce((product, every) => product * every, 1);
  const occurring = new Set(
    Array.from({ length: period }, (_, i) => dueIn(objectives, i + 1).join()),
  );
  expect(new Set(found)).toEqual(occurring);
  expect(found).toHaveLength(occurring.size);
  expect(found[0]).toBe(everies.map((_, i) => i).join());
});

describe('a check', () => {
  const document = pointsDocument('moons', 2);
  const [only] = document.training.objectives;
  if (!only) throw new Error('a document has an objective');
  const codes = (...everies: readonly number[]): readonly string[] => {
    const objectives = everies.map((every) => ({ ...only, every }));
    const changed: NetworkDocument = {
      ...document,
      training: { ...document.training, objectives },
    };
    return analyse(changed).problems.map(({ code }) => code);
  };

  test('says where some updates train nothing', () => {
    expect(codes(2)).toContain('training.no-turn');
    expect(codes(1)).not.toContain('training.no-turn');
  });

  test('refuses more different turns than there may be programs for', () => {
    const many = Array.from({ length: MOST_TURNS + 1 }, (_, i) => i + 2);
    expect(turnsOf(turns(...many))).toHaveLength(MOST_TURNS + 1);
    expect(codes(1, ...many)).toContain('training.too-many-turns');
    expect(codes(1, ...many.slice(1))).not.toContain('training.too-many-turns');
  });
});
