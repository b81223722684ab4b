/**
 * Rule: ONNX's own checker accepts every exported file, and ONNX Runtime for Python answers what the one here does.
 * Needs a Python with onnx and onnxruntime (NETLOOM_TEST_PYTHON).
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createWasmBackend } from '#engine/backends/wasm/index.ts';
import { type Batch, samplesFrom } from '#engine/export/answers.ts';
import { exportModel } from '#engine/export/exportModel.ts';
import { bytesOf } from '#test/support/exportedBytes.ts';
import type { FileRunner } from '#engine/export/verify.ts';
import { restoreDocument } from '#engine/ir/restoreDocument.ts';
import { createOnnxRunner } from '#main/exportProcess/onnxRuntime.ts';
import { generatedExamples } from '../support/generatedExamples.ts';
import { nodePlatform } from '../support/nodePlatform.ts';
import { noPictures } from '../support/pictures.ts';
import { pythonWith, sayWithoutPython, withoutPython } from '../support/python.ts';

const EXAMPLES = resolve(import.meta.dirname, '..', '..', 'resources', 'examples');
const SCRIPT = join(import.meta.dirname, 'onnx_python.py');
const python = pythonWith(['onnx', 'onnxruntime']);

/** Other kernels of eight bits round otherwise, and may saturate. */
const LIMITS = { float32: 1e-5, float16: 5e-3, int8: 0.05 } as const;
type Precision = keyof typeof LIMITS;

const folder = mkdtempSync(join(tmpdir(), 'netloom-onnx-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Asked {
  readonly feeds: Batch;
  readonly answers: Batch;
}

/** Remembers the last that was asked of each file, and its answers. */
function listening(): FileRunner & { last(file: Uint8Array): Asked } {
  const real = createOnnxRunner();
  const asked = new Map<Uint8Array, Asked>();
  return {
    ...real,
    async open(bytes) {
      const session = await real.open(bytes);
      return {
        ...session,
        async run(feeds) {
          const answers = await session.run(feeds);
          asked.set(bytes, { feeds, answers });
          return answers;
        },
      };
    },
    last(file) {
      const found = asked.get(file);
      if (!found) throw new Error('it was not run');
      return found;
    },
  };
}

/** Enough to see whether both compute the same. */
const few = (batch: Batch): Batch => samplesFrom(batch, 0, 4);

const plain = (batch: Batch) =>
  Object.fromEntries(
    [...batch].map(([name, { dims, data, texts }]) => [
      name,
      texts ? { dims, texts } : { dims, data: Array.from(data) },
    ]),
  );

async function write(name: string, precision: Precision): Promise<void> {
  const restored = restoreDocument(
    JSON.parse(readFileSync(join(EXAMPLES, `${name}.netloom.json`), 'utf8')),
  );
  if (!restored.ok) throw new Error(JSON.stringify(restored.problems));
  const platform = nodePlatform();
  const runner = listening();
  const { content } = await exportModel(
    {
      ...{ document: restored.document, weights: null, format: 'onnx', outputs: [], metadata: {} },
      options: { precision, classNames: true, opset: precision === 'float32' ? '17' : '21' },
      producer: { name: 'Netloom', version: '0' },
    },
    {
      platform,
      pictures: noPictures,
      createBackend: () => createWasmBackend(platform, { threads: 1 }),
      createRunner: () => Promise.resolve(runner),
      readPlayerBundle: () => Promise.reject(new Error('no page is written here')),
    },
  );
  const bytes = bytesOf({ content });
  const { feeds, answers } = runner.last(bytes);
  writeFileSync(join(folder, `${name}.${precision}.onnx`), bytes);
  writeFileSync(
    join(folder, `${name}.${precision}.json`),
    JSON.stringify({ feeds: plain(few(feeds)), answers: plain(few(answers)) }),
  );
}

sayWithoutPython();
describe.skipIf(withoutPython !== '')('files as Python sees them', () => {
  it.each(Object.keys(LIMITS) as Precision[])('%s, every example', async (precision) => {
    for (const name of generatedExamples) await write(name, precision);
    const { stdout, stderr, status } = spawnSync(python ?? '', [SCRIPT, folder], {
      encoding: 'utf8',
      maxBuffer: 2 ** 26,
    });
    expect(stderr).toBe('');
    expect(status).toBe(0);
    const results = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { name: string; checker: string; differences: object })
      .filter((each) => each.name.endsWith(precision));
    expect(results).toHaveLength(generatedExamples.length);
    for (const { name, checker, differences } of results) {
      expect({ name, checker }).toEqual({ name, checker: null });
      for (const [output, difference] of Object.entries(differences)) {
        expect(difference, `${name} ${output}`).toBeLessThan(LIMITS[precision]);
      }
    }
  });
});
