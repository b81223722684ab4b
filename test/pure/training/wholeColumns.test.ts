/** Rule: columns in a file come whole to a device that takes bytes by fours, in parts or only the rows that are asked for. */
import { expect, test } from 'vitest';
import type { FiledRows } from '#engine/datasets/index.ts';
import { WholeColumns } from '#engine/training/streaming/wholeColumns.ts';
import type { DeviceRows } from '#engine/training/streaming/windows.ts';

/** Three bytes a row, more than one part of them. */
const WIDTH = 3;
const COUNT = 6_000_001;
const stored = new Uint8Array(COUNT * WIDTH).map((_, i) => (i * 7) & 255);
const rows: FiledRows = {
  columns: [{ field: { name: 'x', role: 'input', dtype: 'f32', shape: [WIDTH] }, dtype: 'u8' }],
  read: (_name, first, count) =>
    Promise.resolve(stored.slice(first * WIDTH, (first + count) * WIDTH)),
  readInto: () => Promise.reject(new Error('its memory is out of reach')),
  close: () => Promise.resolve(),
};

/** As WebGPU takes them: from a multiple of four on, filled up with zeros. */
function device(): { readonly memory: Uint8Array; readonly rows: DeviceRows } {
  const memory = new Uint8Array(Math.ceil((COUNT * WIDTH) / 4) * 4);
  return {
    memory,
    rows: {
      write(_field, place, _rows, values) {
        expect((place * WIDTH) % 4).toBe(0);
        const whole = new Uint8Array(Math.ceil(values.length / 4) * 4);
        whole.set(values);
        memory.set(whole, place * WIDTH);
      },
      bytesOf: () => null,
      settled: () => Promise.resolve(),
    },
  };
}

test('all of them', async () => {
  const { memory, rows: found } = device();
  await new WholeColumns(rows, COUNT, found).bring();
  expect(Buffer.compare(memory.subarray(0, stored.length), stored)).toBe(0);
});

test('single rows, which leave their neighbours as they are', async () => {
  const { memory, rows: found } = device();
  const chosen = Int32Array.of(1, 2, 6, 3, COUNT - 1);
  await new WholeColumns(rows, COUNT, found).bringOnly(chosen);
  for (const row of chosen) {
    const at = row * WIDTH;
    expect(memory.subarray(at, at + WIDTH)).toEqual(stored.subarray(at, at + WIDTH));
  }
});
