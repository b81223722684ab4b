import { describe, expect, it } from 'vitest';
import { parseDate } from '#engine/datasets/table/values.ts';
import { formatY } from '#renderer/charts/curveOption.ts';
import {
  formatBytes,
  formatCompact,
  formatCount,
  formatDuration,
  formatEnd,
  formatEta,
  formatExponent,
  formatFixed,
  formatFlops,
  formatInteger,
  formatNumber,
  formatParameters,
  formatPercent,
  formatSpacedShape,
  formatThroughput,
  formatWireShape,
  formatYears,
  formatRate,
  trueMinus,
  writeRate,
} from '#renderer/ui/format.ts';

describe('number formats', () => {
  it('groups integers and writes a true minus', () => {
    expect(formatInteger(421706)).toBe('421,706');
    expect(formatInteger(-1204)).toBe('−1,204');
    expect(formatFixed(-3.456, 1)).toBe('−3.5');
    expect(formatFixed(-0.0001, 2)).toBe('0.00');
  });
  it('keeps significant digits and needs an exponent only at the far ends', () => {
    expect(formatNumber(0.02781)).toBe('0.02781');
    expect(formatNumber(0.0278123, 3)).toBe('0.0278');
    expect(formatNumber(2.31358)).toBe('2.314');
    expect(formatNumber(12045.6)).toBe('12,046');
    expect(formatNumber(3.21e-7)).toBe('3.21e−7');
    expect(formatNumber(0)).toBe('0');
    expect(formatNumber(Number.NaN)).toBe('NaN');
    expect(formatNumber(-Infinity)).toBe('−∞');
    expect(formatExponent(0.001)).toBe('1e−3');
    expect(formatExponent(-0.00032)).toBe('−3.2e−4');
  });
  it('writes learning rates as people type them', () => {
    expect(writeRate(0.001)).toBe('1e-3');
    expect(writeRate(0.00025)).toBe('2.5e-4');
    expect(writeRate(0.05)).toBe('0.05');
    expect(writeRate(0)).toBe('0');
    // Read, it is written as in the fields, whichever way it was typed.
    for (const typed of ['1e-2', '0.01', '3e-4', '0.0003', '0.5']) {
      expect(formatRate(Number(typed))).toBe(trueMinus(writeRate(Number(typed))));
    }
    expect(formatRate(1e-3 * (1 + 1e-7))).toBe('1e−3');
    expect(formatY(0.01, 'learningRate', true)).toBe('0.01');
  });
  it('shortens the ends of a histogram', () => {
    expect(formatEnd(-2.41)).toBe('−2.4');
    expect(formatEnd(17.2)).toBe('17');
    expect(formatEnd(0.0512)).toBe('0.05');
    expect(formatEnd(0.3642)).toBe('0.36');
    expect(formatEnd(0)).toBe('0.0');
    expect(formatEnd(-0.00021)).toBe('−2.1e−4');
    expect(formatEnd(2e-23, 0.94)).toBe('0.0');
    expect(formatEnd(-0.00021, 0.0005)).toBe('−2.1e−4');
  });
  it('rounds sizes and keeps units apart', () => {
    expect(formatCompact(401536)).toBe('402 k');
    expect(formatCompact(1290)).toBe('1,290');
    expect(formatCompact(18496)).toBe('18.5 k');
    expect(formatParameters(1)).toBe('1 param');
    expect(formatParameters(999_999)).toBe('1 M params');
    expect(formatFlops(451584)).toBe('452 kFLOP');
    expect(formatFlops(128)).toBe('128 FLOP');
    expect(formatFlops(8_610_000)).toBe('8.61 MFLOP');
    expect(formatBytes(63_000_000)).toBe('63 MB');
    expect(formatCount(1, 'problem')).toBe('1 problem');
    expect(formatCount(0, 'problem')).toBe('0 problems');
  });
  it('never rounds a share up to all of it', () => {
    expect(formatPercent(0.9934)).toBe('99.3%');
    expect(formatPercent(1)).toBe('100%');
    expect(formatPercent(0.99999)).toBe('99.9%');
    expect(formatPercent(0.999, 0)).toBe('99%');
    expect(formatPercent(0.341, 0)).toBe('34%');
  });
  it('says durations in human units', () => {
    expect(formatDuration(26.64)).toBe('26.6 ms');
    expect(formatDuration(1234)).toBe('1.2 s');
    expect(formatDuration(20_400)).toBe('20 s');
    expect(formatDuration(59_700)).toBe('1 min 00 s');
    expect(formatDuration(185_000)).toBe('3 min 05 s');
    expect(formatDuration(8_040_000)).toBe('2 h 14 min');
    expect(formatDuration(97_200_000)).toBe('1 d 3 h');
    expect(formatEta(3_400)).toBe('3 s');
    expect(formatThroughput(4812.3)).toBe('4,812 samples/s');
    expect(formatThroughput(12.345)).toBe('12.3 samples/s');
  });
  it('writes shapes for wires and for the inspector', () => {
    expect(formatWireShape(['N', 64, 14, 14])).toBe('N×64×14×14');
    expect(formatSpacedShape(['N', 64])).toBe('N × 64');
    expect(formatWireShape([])).toBe('scalar');
  });
});

describe('years with decimals', () => {
  it.each(['1949-01-01', '1960-12-01', '2024-02-28', '2023-12-31', '0987-06-05'])(
    'are the date they were read from: %s',
    (date) => {
      expect(formatYears(parseDate(date) ?? NaN)).toBe(date);
    },
  );
});
