/**
 * Rule: an exported PyTorch project answers what the network answers, whatever layer of the registry stands in it, and
 * ruff finds nothing wrong with its Python. Needs a Python with PyTorch, safetensors and ruff (NETLOOM_TEST_PYTHON); what
 * it answered is compared without (torchAnswers.test.ts).
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sayWithoutPython, withoutPython } from '../support/python.ts';
import { ruffErrors } from '../support/pytorchProject.ts';
import {
  TORCH_LIMIT,
  torchModelResults,
  torchTrials,
  writeTorchTrial,
} from '../support/torchModel.ts';

const folder = mkdtempSync(join(tmpdir(), 'netloom-layers-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

sayWithoutPython();

beforeAll(async () => {
  if (withoutPython !== '') return;
  for (const [at, each] of torchTrials.entries()) {
    await writeTorchTrial(join(folder, String(at).padStart(3, '0')), each);
  }
}, 600_000);

test.skipIf(withoutPython !== '')(
  'every layer answers in PyTorch what it answers here',
  () => {
    const results = torchModelResults(folder);
    expect(results).toHaveLength(torchTrials.length);
    const failed = results.flatMap(({ worst, error }, at) =>
      error === null && worst < TORCH_LIMIT ? [] : [[torchTrials[at]?.title, error ?? worst]],
    );
    expect(failed).toEqual([]);
  },
  600_000,
);

test.skipIf(withoutPython !== '')('and ruff finds nothing wrong with its code', () => {
  expect(ruffErrors(folder)).toBe('');
});
