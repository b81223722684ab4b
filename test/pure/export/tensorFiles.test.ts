/** Rule: a weights or array file that is not what it should be is refused with what is wrong; none crashes the reader. */
import { describe, expect, test } from 'vitest';
import { readNpy, writeNpy } from '#engine/export/npy.ts';
import { readSafetensors, writeSafetensors } from '#engine/export/safetensors.ts';
import { InputError } from '#engine/ir/problem.ts';
import { RandomStream } from '#engine/ops/philox.ts';
import { problemOf } from '#test/support/problems.ts';

const text = new TextEncoder();
const joined = (...parts: readonly Uint8Array[]): Uint8Array => {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
};

const tensors = new Map([
  ['fc1.weight', { shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) }],
  ['fc1.bias', { shape: [2], data: Float32Array.of(-1, 0.5) }],
  ['steps', { shape: [], data: Int32Array.of(7) }],
]);
const file = writeSafetensors({ tensors, metadata: { format: 'pt' } });

/** A safetensors file with this header, and so many bytes of data. */
function withHeader(header: unknown, dataBytes = 8): Uint8Array {
  const json = text.encode(typeof header === 'string' ? header : JSON.stringify(header));
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(json.length), true);
  return joined(length, json, new Uint8Array(dataBytes));
}
const entry = (more: Readonly<Record<string, unknown>> = {}) => ({
  w: { dtype: 'F32', shape: [2], data_offsets: [0, 8], ...more },
});
function withLength(claim: bigint): Uint8Array {
  const bytes = file.slice();
  new DataView(bytes.buffer).setBigUint64(0, claim, true);
  return bytes;
}

describe('safetensors', () => {
  test('reads what it wrote', () => {
    expect(readSafetensors(file, 'w')).toEqual({
      ...{ tensors, metadata: { format: 'pt' } },
      rounded: [],
    });
  });

  test('takes tensors in any order, empty ones, no metadata', () => {
    const header = { b: { dtype: 'F32', shape: [0, 4], data_offsets: [8, 8] }, ...entry() };
    const read = readSafetensors(withHeader(header), 'w');
    expect(read.metadata).toEqual({});
    expect(read.tensors.get('b')).toEqual({ shape: [0, 4], data: new Float32Array(0) });
  });

  /** A file of one tensor `w` with these bytes. */
  const ofOne = (dtype: string, shape: readonly number[], data: Uint8Array): Uint8Array => {
    const whole = withHeader(entry({ dtype, shape, data_offsets: [0, data.length] }), 0);
    return joined(whole, data);
  };
  const bytesOf = (values: ArrayBufferView): Uint8Array => new Uint8Array(values.buffer);

  // The bits as PyTorch writes them: torch.tensor([...], dtype=...).view(torch.uint16).
  test.each([
    [
      'BF16',
      [0x3fc0, 0xc000, 0x0000, 0x8000, 0x7f80, 0x0001],
      [1.5, -2, 0, -0, Infinity, 2 ** -133],
    ],
    [
      'F16',
      [0x3e00, 0xc000, 0x0001, 0x8000, 0x7bff, 0xfc00],
      [1.5, -2, 2 ** -24, -0, 65504, -Infinity],
    ],
  ] as const)('widens %s', (dtype, bits, values) => {
    const read = readSafetensors(ofOne(dtype, [6], bytesOf(Uint16Array.from(bits))), 'w');
    expect([...(read.tensors.get('w')?.data ?? [])]).toEqual([...values]);
    expect(read.rounded).toEqual([]);
  });
  test('widens NaN', () => {
    for (const [dtype, bits] of [
      ['BF16', 0x7fc0],
      ['F16', 0x7e00],
    ] as const) {
      const read = readSafetensors(ofOne(dtype, [], bytesOf(Uint16Array.of(bits))), 'w');
      expect([...(read.tensors.get('w')?.data ?? [])]).toEqual([NaN]);
    }
  });
  test('rounds 64 bits and says so; what 32 bits cannot hold is refused', async () => {
    const given = Float64Array.of(0.1, -1e-300, Infinity, NaN);
    const read = readSafetensors(ofOne('F64', [4], bytesOf(given)), 'w');
    const wanted = [Math.fround(0.1), -0, Infinity, NaN];
    expect([...(read.tensors.get('w')?.data ?? [])]).toEqual(wanted);
    expect(read.rounded).toEqual(['w']);
    const large = ofOne('F64', [1], bytesOf(Float64Array.of(1e39)));
    expect(await problemOf(() => readSafetensors(large, 'w'))).toMatchObject({
      code: 'weights.range',
    });
  });

  test.each<readonly [string, Uint8Array, string]>([
    ['nothing', new Uint8Array(0), 'weights.truncated'],
    ['seven bytes', new Uint8Array(7), 'weights.truncated'],
    ['a length and no header', new Uint8Array(8), 'weights.header'],
    ['a header longer than the file', withLength(10_000n), 'weights.truncated'],
    ['a header of 2^60 bytes', withLength(2n ** 60n), 'weights.truncated'],
    ['a header of 2^64 - 1 bytes', withLength(2n ** 64n - 1n), 'weights.truncated'],
    ['a header cut short', withLength(20n), 'weights.header'],
    [
      'a picture',
      joined(Uint8Array.of(0x89, 0x50, 0x4e, 0x47), new Uint8Array(60)),
      'weights.truncated',
    ],
    [
      'a zip, as torch.save writes',
      joined(text.encode('PK\u0003\u0004'), new Uint8Array(60)),
      'weights.truncated',
    ],
    ['a header that is no JSON', withHeader('{w: 1}'), 'weights.header'],
    [
      'a header that is no text',
      joined(Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 0), Uint8Array.of(0xff, 0xfe)),
      'weights.header',
    ],
    ['a list as header', withHeader([]), 'weights.header'],
    ['null as header', withHeader('null'), 'weights.header'],
    [
      'metadata that is no text',
      withHeader({ __metadata__: { a: 1 }, ...entry() }),
      'weights.header',
    ],
    ['a number for a tensor', withHeader({ w: 3 }), 'weights.header'],
    ['a tensor without dtype', withHeader(entry({ dtype: undefined })), 'weights.header'],
    ['a tensor without shape', withHeader(entry({ shape: undefined })), 'weights.header'],
    ['a shape below zero', withHeader(entry({ shape: [-2] })), 'weights.header'],
    ['a broken shape', withHeader(entry({ shape: [2.5] })), 'weights.header'],
    ['a shape of text', withHeader(entry({ shape: ['2'] })), 'weights.header'],
    ['no offsets', withHeader(entry({ data_offsets: undefined })), 'weights.header'],
    ['one offset', withHeader(entry({ data_offsets: [0] })), 'weights.header'],
    ['three offsets', withHeader(entry({ data_offsets: [0, 4, 8] })), 'weights.header'],
    ['an offset below zero', withHeader(entry({ data_offsets: [-8, 0] })), 'weights.header'],
    ['half floats, twice as many bytes', withHeader(entry({ dtype: 'F16' })), 'weights.shape'],
    ['whole numbers of 64 bits', withHeader(entry({ dtype: 'I64', shape: [1] })), 'weights.dtype'],
    ['an unknown dtype', withHeader(entry({ dtype: 'Q4' })), 'weights.dtype'],
    ['data behind the end', withHeader(entry({ data_offsets: [4, 12] })), 'weights.truncated'],
    [
      'data that ends before it begins',
      withHeader(entry({ data_offsets: [8, 0] })),
      'weights.truncated',
    ],
    [
      'data far behind the end',
      withHeader(entry({ data_offsets: [0, 2 ** 52] })),
      'weights.truncated',
    ],
    ['a file cut short', file.slice(0, -1), 'weights.truncated'],
    ['fewer bytes than the shape', withHeader(entry({ data_offsets: [0, 4] })), 'weights.shape'],
    ['more bytes than the shape', withHeader(entry({ shape: [1] })), 'weights.shape'],
    [
      'a shape too large to count',
      withHeader(entry({ shape: [2 ** 40, 2 ** 40] })),
      'weights.shape',
    ],
  ])('%s', async (_what, bytes, code) => {
    expect(await problemOf(() => readSafetensors(bytes, 'a/w.safetensors'))).toMatchObject({
      code,
      severity: 'error',
      path: 'a/w.safetensors',
      message: expect.stringMatching(/^This is not a usable safetensors file: .+\.$/) as string,
    });
  });
});

/** A version 1 file with this header text and so many bytes of data. */
function npy(header: string, dataBytes: number, version = 1): Uint8Array {
  const head = text.encode(header);
  const size = version === 1 ? 2 : 4;
  const length = new Uint8Array(size);
  if (size === 2) new DataView(length.buffer).setUint16(0, head.length, true);
  else new DataView(length.buffer).setUint32(0, head.length, true);
  const magic = Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0);
  return joined(magic, length, head, new Uint8Array(dataBytes));
}
const header = (descr = '<f4', shape = '(2, 3)', order = 'False') =>
  `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': ${shape}, }\n`;

describe('npy', () => {
  test.each([[[2, 3]], [[6]], [[1, 2, 3]], [[0, 3]]])('reads what it wrote, %j', (shape) => {
    const data = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i - 2.5);
    expect(readNpy(writeNpy({ shape, data }), 'x')).toEqual({ shape, data });
  });

  test.each([
    ['<f8', 48],
    ['<i4', 24],
    ['<i8', 48],
    ['|u1', 6],
    ['<f4', 24],
  ])('reads %s', (descr, bytes) => {
    expect(readNpy(npy(header(descr), bytes), 'x')).toMatchObject({ shape: [2, 3] });
  });

  test('reads version 2', () => {
    expect(readNpy(npy(header(), 24, 2), 'x').shape).toEqual([2, 3]);
  });

  test.each<readonly [string, Uint8Array, string]>([
    ['nothing', new Uint8Array(0), 'npy.magic'],
    ['the magic alone', npy('', 0).slice(0, 8), 'npy.magic'],
    ['a CSV file', text.encode('a,b,c\n1,2,3\n4,5,6\n'), 'npy.magic'],
    ['a zip of arrays', text.encode('PK\u0003\u0004 and much more'), 'npy.magic'],
    ['a header cut short', npy(header(), 0).slice(0, 40), 'npy.truncated'],
    ['an empty header', npy('  ', 24), 'npy.header'],
    ['a header without shape', npy("{'descr': '<f4', 'fortran_order': False}", 24), 'npy.header'],
    ['a header without order', npy("{'descr': '<f4', 'shape': (2, 3)}", 24), 'npy.header'],
    ['a header without dtype', npy("{'fortran_order': False, 'shape': (2, 3)}", 24), 'npy.header'],
    [
      'records',
      npy("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,)}", 8),
      'npy.header',
    ],
    ['Fortran order', npy(header('<f4', '(2, 3)', 'True'), 24), 'npy.order'],
    ['big-endian numbers', npy(header('>f4'), 24), 'npy.dtype'],
    ['half floats', npy(header('<f2'), 12), 'npy.dtype'],
    ['complex numbers', npy(header('<c8'), 48), 'npy.dtype'],
    ['objects', npy(header('|O'), 48), 'npy.dtype'],
    ['text', npy(header('<U4'), 96), 'npy.dtype'],
    ['a dtype named as a property', npy(header('constructor'), 24), 'npy.dtype'],
    ['a shape below zero', npy(header('<f4', '(-2, 3)'), 24), 'npy.shape'],
    ['a broken shape', npy(header('<f4', '(2.5,)'), 10), 'npy.shape'],
    ['a shape of text', npy(header('<f4', '(two,)'), 8), 'npy.shape'],
    [
      'a shape too large to count',
      npy(header('<f4', `(${2 ** 52}, ${2 ** 52})`), 8),
      'npy.truncated',
    ],
    ['too little data', npy(header(), 23), 'npy.truncated'],
    ['too much data', npy(header(), 25), 'npy.truncated'],
    ['no data', npy(header(), 0), 'npy.truncated'],
  ])('%s', async (_what, bytes, code) => {
    expect(await problemOf(() => readNpy(bytes, 'a/x.npy'))).toMatchObject({
      code,
      severity: 'error',
      path: 'a/x.npy',
      message: expect.stringMatching(/^This is not a usable \.npy file: .+\.$/) as string,
    });
  });
});

describe.each([
  ['safetensors', file, readSafetensors],
  ['npy', writeNpy({ shape: [2, 3], data: new Float32Array(6) }), readNpy],
] as const)('%s under random damage', (_name, good, read) => {
  test('is read or refused, a thousand times', () => {
    const random = new RandomStream(11, 'data', 0);
    const pick = (count: number) => Math.floor(random.uniform() * count);
    let refused = 0;
    for (let turn = 0; turn < 1000; turn++) {
      const bytes = good.slice(0, pick(4) === 0 ? pick(good.length + 1) : good.length);
      for (let hits = pick(4); hits >= 0 && bytes.length > 0; hits--) {
        bytes[pick(bytes.length)] = pick(256);
      }
      try {
        read(bytes, 'x');
      } catch (error) {
        expect(error).toBeInstanceOf(InputError);
        refused += 1;
      }
    }
    expect(refused).toBeGreaterThan(300);
  });
});
