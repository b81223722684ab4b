import { describe, expect, it } from 'vitest';
import { clampNumber, parseNumber, stepNumber, writeNumber } from '#renderer/ui/NumberField.tsx';

const whole = { integer: true, min: 1, max: 64 };
const rate = { integer: false, min: 0, logarithmic: true };

describe('typed numbers', () => {
  it.each([
    ['32', 32],
    [' 7 ', 7],
    ['−0', undefined],
    ['0', undefined],
    ['65', undefined],
    ['1.5', undefined],
    ['abc', undefined],
    ['', undefined],
  ])('%j as a whole number from 1 to 64', (text, value) => {
    const parsed = parseNumber(text, whole);
    expect(parsed.ok ? parsed.value : undefined).toBe(value);
  });

  it('takes exponents, true minus and grouping', () => {
    const any = { integer: false };
    expect(parseNumber('1e-3', any)).toEqual({ ok: true, value: 0.001 });
    expect(parseNumber('−3.5', any)).toEqual({ ok: true, value: -3.5 });
    expect(parseNumber('12 000', any)).toEqual({ ok: true, value: 12000 });
    expect(parseNumber('1,234.5', any)).toEqual({ ok: true, value: 1234.5 });
  });

  it('takes a decimal comma, and asks where it may be one between groups', () => {
    const any = { integer: false };
    expect(parseNumber('0,005', any)).toEqual({ ok: true, value: 0.005 });
    expect(parseNumber('0,001', rate)).toEqual({ ok: true, value: 0.001 });
    expect(parseNumber('1,234', any)).toEqual({ ok: false, message: '1.234 or 1234?' });
    expect(parseNumber('1,234', { integer: true })).toEqual({ ok: true, value: 1234 });
    expect(parseNumber('1,234', { integer: false, max: 10 })).toEqual({ ok: true, value: 1.234 });
  });
});

describe('a zero that is a choice', () => {
  const threads = { integer: true, min: 0, max: 256, zero: 'Automatic' };
  it('is written and taken by its name', () => {
    expect(writeNumber(0, threads)).toBe('Automatic');
    expect(writeNumber(2, threads)).toBe('2');
    expect(parseNumber('automatic', threads)).toEqual({ ok: true, value: 0 });
    expect(parseNumber('0', threads)).toEqual({ ok: true, value: 0 });
    expect(parseNumber('automatic', { integer: true }).ok).toBe(false);
  });
});

describe('steps', () => {
  it('adds to whole numbers, ten with Shift, and stays within bounds', () => {
    expect(stepNumber(5, 1, 1, whole)).toBe(6);
    expect(stepNumber(5, 1, 10, whole)).toBe(15);
    expect(stepNumber(5, -1, 10, whole)).toBe(1);
    expect(stepNumber(5, 1, 0.1, whole)).toBe(6);
  });

  it('multiplies rates: ten steps are a decade', () => {
    expect(stepNumber(0.001, 10, 1, rate)).toBeCloseTo(0.01, 12);
    expect(stepNumber(0.001, -10, 1, rate)).toBeCloseTo(0.0001, 12);
  });

  it('leaves no crumbs behind', () => {
    expect(stepNumber(0.1, 1, 1, { integer: false })).toBe(0.11);
    expect(clampNumber(0.1 + 0.2, { integer: false })).toBe(0.3);
  });
});
