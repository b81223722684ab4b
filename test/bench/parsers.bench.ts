/**
 * Damaged files by the ten thousand through every parser of data: each is refused with a code or read;
 * nothing else is thrown, nothing takes long, memory stays bounded. Prints the counts.
 * `npx vitest run --config test/bench/vitest.config.ts parsers`; NN_FUZZ sets how many for each parser.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { expect, test } from 'vitest';
import { loadData } from '#engine/datasets/index.ts';
import { readNpy, writeNpy } from '#engine/export/npy.ts';
import { readSafetensors, writeSafetensors } from '#engine/export/safetensors.ts';
import { InputError } from '#engine/ir/problem.ts';
import { RandomStream } from '#engine/ops/index.ts';
import { memoryFiles } from '#test/support/memoryFiles.ts';
import { loadTables, tableFiles } from '#test/support/tableFiles.ts';

const ROUNDS = Number(process.env['NN_FUZZ'] ?? 30_000);
const SLOW_MS = 2_000;
const MOST_GROWTH_BYTES = 2 ** 30;

const text = (content: string): Uint8Array => new TextEncoder().encode(content);
const TABLE = text(
  `"id",a,b,"c c",y\n${Array.from({ length: 30 }, (_, i) => `${i},${i * 0.5},${i % 3 ? 'x' : ''},"q""${i}",${i % 2}`).join('\n')}\n`,
);
const idx = (...dims: number[]): Uint8Array => {
  const size = dims.reduce((product, dim) => product * dim, 1);
  const bytes = new Uint8Array(4 + 4 * dims.length + size);
  bytes.set([0, 0, 8, dims.length]);
  dims.forEach((dim, i) => new DataView(bytes.buffer).setUint32(4 + 4 * i, dim));
  return bytes;
};
const IMAGES = idx(6, 4, 4);
const LABELS = idx(6);
const NPY = writeNpy({ shape: [3, 4], data: new Float32Array(12).fill(1.5) });
const TENSORS = writeSafetensors({
  tensors: new Map([['w', { shape: [2, 3], data: new Float32Array(6) }]]),
  metadata: { format: 'pt' },
});

/** Bytes changed, cut, repeated, swollen; numbers of headers made huge. */
function damaged(bytes: Uint8Array, random: RandomStream): Uint8Array {
  let out = Uint8Array.from(bytes);
  for (let times = 1 + random.integer(4); times > 0; times--) {
    const at = random.integer(Math.max(1, out.length));
    switch (random.integer(6)) {
      case 0:
        out[at] = random.integer(256);
        break;
      case 1:
        out = out.slice(0, at);
        break;
      case 2:
        out = Uint8Array.of(
          ...out.subarray(0, at),
          ...out.subarray(random.integer(out.length + 1)),
        );
        break;
      case 3:
        out.fill(255, at, at + 1 + random.integer(8));
        break;
      case 4: {
        const odd = text(
          '"\n,;\t\r\0 9e999-{}[]:'.charAt(random.integer(19)).repeat(1 + random.integer(50)),
        );
        out = Uint8Array.of(...out.subarray(0, at), ...odd, ...out.subarray(at));
        break;
      }
      default: {
        const other = random.integer(Math.max(1, out.length));
        [out[at], out[other]] = [out[other] ?? 0, out[at] ?? 0];
      }
    }
  }
  return out;
}
const JSON_LINES = text(
  Array.from({ length: 30 }, (_, i) =>
    JSON.stringify({ id: i, a: i / 2, when: '2020-01-02', kind: i % 3 ? 'x' : 'y', list: [i] }),
  ).join('\n'),
);
const PARQUET = await parquetOf(JSON_LINES);

/** The same rows as another program would have written them. */
async function parquetOf(lines: Uint8Array): Promise<Uint8Array> {
  const folder = mkdtempSync(join(tmpdir(), 'netloom-fuzz-'));
  const [from, to] = ['t.jsonl', 't.parquet'].map((name) => join(folder, name));
  writeFileSync(from ?? '', lines);
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(`COPY (SELECT * FROM read_json('${from}')) TO '${to}' (FORMAT parquet)`);
  connection.closeSync();
  instance.closeSync();
  const bytes = readFileSync(to ?? '');
  rmSync(folder, { recursive: true });
  return Uint8Array.from(bytes);
}

const OPTIONS = [
  {},
  { quotes: 'none' },
  { header: 'yes' },
  { missing: 'mean' },
  { skipRows: 1 },
  { targetKind: 'classification' },
];
const maybePacked = (bytes: Uint8Array, random: RandomStream): Uint8Array =>
  random.integer(4) === 0 ? damaged(new Uint8Array(gzipSync(bytes)), random) : bytes;

const PARSERS: Readonly<Record<string, (random: RandomStream) => unknown>> = {
  csv: (random) => {
    const content = maybePacked(damaged(TABLE, random), random);
    const options = OPTIONS[random.integer(OPTIONS.length)] ?? {};
    return loadTables('csv:t.csv', options, tableFiles({ 't.csv': content }));
  },
  jsonl: (random) =>
    loadTables('jsonl:t', {}, tableFiles({ t: maybePacked(damaged(JSON_LINES, random), random) })),
  parquet: (random) => loadTables('parquet:t', {}, tableFiles({ t: damaged(PARQUET, random) })),
  idx: (random) => {
    const [images, labels] = [IMAGES, LABELS].map((each) =>
      maybePacked(random.integer(3) === 0 ? each : damaged(each, random), random),
    );
    return loadData(
      'idx:d',
      {},
      memoryFiles({
        'd/train-images-idx3-ubyte': images ?? IMAGES,
        'd/train-labels-idx1-ubyte': labels ?? LABELS,
      }),
    );
  },
  npy: (random) => readNpy(damaged(NPY, random), 'x.npy'),
  safetensors: (random) => readSafetensors(damaged(TENSORS, random), 'w.safetensors'),
};

test.each(Object.entries(PARSERS))(
  '%s',
  async (name, parse) => {
    const [random, before] = [new RandomStream(9, 'data', name.length), process.memoryUsage.rss()];
    let [read, refused, slowest, peak] = [0, 0, 0, before];
    const crashes: unknown[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const begun = performance.now();
      try {
        await parse(random);
        read += 1;
      } catch (error) {
        if (error instanceof InputError && error.code !== '') refused += 1;
        else crashes.push(error);
      }
      slowest = Math.max(slowest, performance.now() - begun);
      if (round % 500 === 0) {
        peak = Math.max(peak, process.memoryUsage.rss());
        // Lets the collector and the runner have their turn.
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
    const grown = Math.ceil((peak - before) / 2 ** 20);
    console.log(
      `${name}: ${ROUNDS} damaged, ${refused} refused, ${read} read, ${crashes.length} crashes, slowest ${slowest.toFixed(0)} ms, memory +${grown} MiB`,
    );
    expect(crashes.slice(0, 3)).toEqual([]);
    expect(slowest).toBeLessThan(SLOW_MS);
    expect(peak - before).toBeLessThan(MOST_GROWTH_BYTES);
  },
  1_200_000,
);
