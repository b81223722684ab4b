/**
 * Rule: float16 is the nearest there is, ties to even, and nothing becomes infinite; eight bits are spent on the range
 * that costs least, in which zero is exact.
 */
import { describe, expect, it } from 'vitest';
import { halfBits, LARGEST_HALF } from '#engine/export/onnx/precision/half.ts';
import { RangeSearch } from '#engine/export/onnx/precision/ranges.ts';
import { RandomStream } from '#engine/ops/philox.ts';

/** IEEE 754 binary16 as a number, from its definition. */
function halfNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const [exponent, mantissa] = [(bits >> 10) & 31, bits & 1023];
  return (
    sign * (exponent === 0 ? mantissa * 2 ** -24 : (1 + mantissa / 1024) * 2 ** (exponent - 15))
  );
}

describe('float16', () => {
  it('keeps every number that it has', () => {
    for (let bits = 0; bits < 0x7c00; bits++) {
      if (halfBits(halfNumber(bits)) !== bits) expect(halfBits(halfNumber(bits))).toBe(bits);
    }
    expect(halfBits(-0)).toBe(0x8000);
  });

  it('takes the nearer of two, and of equals the even one', () => {
    for (let bits = 0; bits < 0x7bff; bits += 7) {
      const [low, high] = [halfNumber(bits), halfNumber(bits + 1)];
      const even = bits % 2 === 0 ? bits : bits + 1;
      const got = [0.25, 0.5, 0.75].map(
        (share) => halfBits(-(low + (high - low) * share)) & 0x7fff,
      );
      if (got.join() !== [bits, even, bits + 1].join()) expect(got).toEqual([bits, even, bits + 1]);
    }
  });

  it('cuts what is too large to the largest number, and keeps what is none', () => {
    expect(halfNumber(halfBits(1e9))).toBe(LARGEST_HALF);
    expect(halfNumber(halfBits(-Infinity))).toBe(-LARGEST_HALF);
    expect(halfBits(NaN) & 0x7c00).toBe(0x7c00);
    expect(halfBits(NaN) & 0x3ff).not.toBe(0);
  });
});

describe('ranges of eight bits', () => {
  const rangeOf = (batches: readonly Float32Array[]) => {
    const search = new RangeSearch();
    for (const batch of batches) search.extend(batch);
    for (const batch of batches) search.count(batch);
    return search.best();
  };

  it('takes in what is spread evenly, and zero where it lies outside', () => {
    const even = Float32Array.from({ length: 10_000 }, (_, i) => 2 + i / 10_000);
    const { low, high } = rangeOf([even]);
    expect(low).toBe(0);
    expect(high).toBeGreaterThan(2.95);
  });

  it('leaves out a few that lie far away, for the sake of all others', () => {
    const random = new RandomStream(1, 'data');
    const normal = new Float32Array(100_000).map(() => random.normal());
    const far = Float32Array.of(60);
    const { low, high } = rangeOf([normal, far]);
    expect(high).toBeLessThan(60);
    expect(low).toBeLessThan(-3);
    const squared = (range: { low: number; high: number }): number => {
      const step = (range.high - range.low) / 255;
      return [...normal, ...far].reduce((sum, x) => {
        const rounded = Math.round(x / step) * step;
        return sum + (x - Math.max(range.low, Math.min(range.high, rounded))) ** 2;
      }, 0);
    };
    // What it is for: less error than with all that there is.
    expect(squared({ low, high })).toBeLessThan(squared({ low: -5, high: 60 }));
  });

  it('takes everything for one number, and nothing for none', () => {
    expect(rangeOf([new Float32Array(5)])).toEqual({ low: 0, high: 0 });
    expect(rangeOf([])).toEqual({ low: 0, high: 0 });
    expect(rangeOf([Float32Array.of(3, 3)])).toEqual({ low: 0, high: 3 });
  });
});
