/**
 * Rule: what a client sends costs the host little, whatever it claims to hold, and thousands of calls of one
 * client do not keep another one from its turn.
 */
import { describe, expect, test } from 'vitest';
import { decodeWire, encodeValue } from '#engine/protocol/codec.ts';
import { checkSize } from '#engine/protocol/messageSize.ts';
import { createTurns } from '#engine/protocol/turns.ts';
import { RandomStream } from '#engine/ops/index.ts';

const LIMITS = { maxValues: 1000, maxDepth: 20 };
const list32 = (count: number): number[] => [
  0xdd,
  ...new Uint8Array(new Uint32Array([count]).buffer).reverse(),
];

describe('the size of a message', () => {
  test('counts every value, however they are nested', () => {
    const fits = {
      a: [1, 2, [3, 'text', new Float32Array(5000)]],
      b: null,
      c: new Uint8Array(70_000),
    };
    expect(() => checkSize(encodeValue(fits), LIMITS)).not.toThrow();
    expect(decodeWire(encodeValue(fits), LIMITS)).toEqual(fits);
    const flat = Array.from({ length: 1000 }, () => 0);
    expect(() => decodeWire(encodeValue(flat), LIMITS)).toThrow(/more than 1000 values/);
    // No list of these is long.
    const nested = Array.from({ length: 40 }, () => Array.from({ length: 40 }, () => 0));
    expect(() => decodeWire(encodeValue(nested), LIMITS)).toThrow(/more than 1000 values/);
    const keys = Object.fromEntries(flat.slice(0, 600).map((_, index) => [`k${index}`, 0]));
    expect(() => decodeWire(encodeValue(keys), LIMITS)).toThrow(/more than 1000 values/);
  });

  test('is refused by what a list claims, before its values come', () => {
    const bytes = Uint8Array.from([...list32(60_000_000), 0, 0, 0]);
    expect(() => decodeWire(bytes, LIMITS)).toThrow(/more than 1000 values/);
  });

  test('bounds how deep lists go', () => {
    const deep = Uint8Array.from([...Array.from({ length: 500 }, () => 0x91), 0xc0]);
    expect(() => decodeWire(deep, LIMITS)).toThrow(/nested more than 20 deep/);
  });

  test('is that of what a decoder makes, for random values', () => {
    const random = new RandomStream(3, 'data');
    let count = 0;
    const value = (depth: number): unknown => {
      count += 1;
      switch (random.integer(depth > 4 ? 6 : 8)) {
        case 0:
          return null;
        case 1:
          return random.integer(2 ** 31) - 2 ** 30;
        case 2:
          return random.integer(1000) / 7;
        case 3:
          return 'x'.repeat(random.integer(3) * 150);
        case 4:
          return new Uint8Array(random.integer(300));
        case 5:
          return new Float64Array(random.integer(40));
        case 6:
          return Array.from({ length: random.integer(20) }, () => value(depth + 1));
        default: {
          const entries = Array.from({ length: random.integer(20) }, (_, i) => [
            `k${i}`,
            value(depth + 1),
          ]);
          count += entries.length;
          return Object.fromEntries(entries) as unknown;
        }
      }
    };
    for (let round = 0; round < 300; round++) {
      count = 0;
      const bytes = encodeValue(value(0));
      expect(() => checkSize(bytes, { maxValues: count, maxDepth: 20 })).not.toThrow();
      expect(() => checkSize(bytes, { maxValues: count - 1, maxDepth: 20 })).toThrow(RangeError);
    }
  });

  test('of random bytes is found or refused, and the walk ends', () => {
    const random = new RandomStream(4, 'data');
    for (let round = 0; round < 5000; round++) {
      const bytes = Uint8Array.from({ length: 1 + random.integer(200) }, () => random.integer(256));
      try {
        decodeWire(bytes, LIMITS);
      } catch (error) {
        expect(error).toBeInstanceOf(Error);
      }
    }
  });
});

describe('turns', () => {
  /** Two clients on one host, whose turns come as the test says. */
  function host() {
    const due: (() => void)[] = [];
    const told: string[] = [];
    const client = (name: string, congested = () => false) =>
      createTurns(
        { maxRunning: 2, maxWaiting: 10, later: (run) => void due.push(run) },
        {
          pause: () => told.push(`${name} paused`),
          resume: () => told.push(`${name} resumed`),
          isCongested: congested,
        },
      );
    const step = async (): Promise<void> => {
      due.shift()?.();
      await new Promise((done) => setImmediate(done));
    };
    return { client, step, told, due };
  }

  test('alternate between clients, however much one asks', async () => {
    const { client, step } = host();
    const [loud, calm] = [client('loud'), client('calm')];
    const done: string[] = [];
    for (let call = 0; call < 3000; call++) loud(async () => void done.push('loud'));
    calm(async () => void done.push('calm'));
    for (let turn = 0; turn < 4; turn++) await step();
    expect(done.slice(0, 3)).toContain('calm');
  });

  test('hold back who asks too much, until half of it is done', async () => {
    const { client, step, told } = host();
    const loud = client('loud');
    for (let call = 0; call < 11; call++) loud(() => Promise.resolve());
    expect(told).toEqual(['loud paused']);
    for (let turn = 0; turn < 6; turn++) await step();
    expect(told).toEqual(['loud paused', 'loud resumed']);
  });

  test('are in order, and so many at once as was said', async () => {
    const { client, step } = host();
    const ask = client('a');
    const begun: number[] = [];
    const ends: (() => void)[] = [];
    for (let call = 0; call < 5; call++) {
      ask(() => (begun.push(call), new Promise((end) => ends.push(end))));
    }
    for (let turn = 0; turn < 5; turn++) await step();
    expect(begun).toEqual([0, 1]);
    ends[1]?.();
    await step();
    await step();
    expect(begun).toEqual([0, 1, 2]);
  });

  test('wait while answers are not taken', async () => {
    const { client, step } = host();
    let congested = true;
    const ask = client('a', () => congested);
    const done: number[] = [];
    ask(async () => void done.push(1));
    for (let turn = 0; turn < 3; turn++) await step();
    expect(done).toEqual([]);
    congested = false;
    for (let turn = 0; turn < 2; turn++) await step();
    expect(done).toEqual([1]);
  });
});
