/** Rule: a case passes when the likeliest class is the one expected, or the number lies within what is allowed. */
import { describe, expect, test } from 'vitest';
import type { ToldAnswer } from '#engine/protocol/index.ts';
import { judge } from '#main/services/trying/judge.ts';

const classes: ToldAnswer = {
  ...{ kind: 'classes', loss: 'loss', name: 'feel', count: 2 },
  classes: [
    { name: 'warm', probability: 0.7 },
    { name: 'cold', probability: 0.3 },
  ],
};
const number = (value: number): ToldAnswer => ({
  ...{ kind: 'numbers', loss: 'loss', name: 'price', count: 1 },
  values: [{ name: 'price', value }],
});
const outcome = (expected: string | null, answer: ToldAnswer, tolerance?: number) =>
  judge({ id: '1', expected, ...(tolerance !== undefined && { tolerance }) }, [answer]).outcome;

describe('a case', () => {
  test('of a class', () => {
    expect(judge({ id: '1', expected: ' warm ' }, [classes])).toEqual({
      ...{ id: '1', outcome: 'passed', answer: 'warm', probability: 0.7 },
    });
    expect(outcome('cold', classes)).toBe('failed');
    expect(outcome(null, classes)).toBe('answered');
    expect(outcome('', classes)).toBe('answered');
  });
  test('of a number: within a tenth, or what was said', () => {
    expect(outcome('100', number(109))).toBe('passed');
    expect(outcome('100', number(111))).toBe('failed');
    expect(outcome('-100', number(-109))).toBe('passed');
    expect(outcome('1,5', number(1.52))).toBe('passed');
    expect(outcome('0', number(0.5))).toBe('failed');
    expect(outcome('0', number(0.5), 1)).toBe('passed');
    expect(outcome('many', number(3))).toBe('failed');
    expect(outcome(null, number(3))).toBe('answered');
  });
});
