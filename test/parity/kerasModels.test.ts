/**
 * Rule: an exported Keras model answers what the network answers: every layer of the registry alone with many of its
 * attributes, every example, and what networks share. Needs a Python with Keras (NETLOOM_TEST_PYTHON).
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { DataField } from '#engine/ir/attrs.ts';
import type { NetworkDocument } from '#engine/ir/index.ts';
import { restoreDocumentText } from '#engine/ir/restoreDocument.ts';
import {
  KERAS_LIMIT,
  kerasResults,
  type KerasTrial,
  writeKerasTrial,
} from '../support/kerasModel.ts';
import { kerasLayerTrials, kerasSharedTrials } from '../support/kerasTrials.ts';
import { pythonWith, sayWithoutPython, withoutPython } from '../support/python.ts';

const folder = mkdtempSync(join(tmpdir(), 'netloom-keras-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }), 60_000);

sayWithoutPython();

const EXAMPLES = resolve('resources/examples');
function example(file: string): NetworkDocument {
  const restored = restoreDocumentText(readFileSync(join(EXAMPLES, file), 'utf8'));
  if (!restored.ok) throw new Error(`${file} does not open`);
  return restored.document;
}

/** Images by one number, features each by its own. */
function scaling({ shape, role, dtype }: DataField) {
  // Indices are never scaled.
  if (role !== 'input' || dtype === 'i32') return null;
  if (shape.length === 3) return { shift: [0], scale: [1 / 2] };
  const each = Array.from({ length: shape[0] ?? 1 }, (_, k) => k + 1);
  return { shift: each.map((k) => 0.2 * k), scale: each.map((k) => 1 / k) };
}

async function worstOf(group: string, trials: ReadonlyMap<string, KerasTrial>): Promise<void> {
  const titles = [...trials.keys()];
  for (const [k, trial] of [...trials.values()].entries()) {
    await writeKerasTrial(join(folder, group, String(k).padStart(4, '0')), trial);
  }
  const results = kerasResults(join(folder, group));
  expect(results).toHaveLength(titles.length);
  for (const { name, worst, error } of results) {
    const title = titles[Number(name)] ?? '';
    expect(error, title).toBeNull();
    expect(worst, title).toBeLessThan(KERAS_LIMIT);
  }
}

const ruff = (args: readonly string[]) =>
  spawnSync(pythonWith(['ruff']) ?? '', ['-m', 'ruff', ...args], { encoding: 'utf8' });

describe.skipIf(withoutPython !== '')('Keras', () => {
  test('examples', async () => {
    const files = readdirSync(EXAMPLES);
    await worstOf(
      'examples',
      new Map(files.map((file) => [file, { document: example(file), scaling }])),
    );
  }, 600_000);
  test('shared weights', async () => {
    await worstOf('shared', kerasSharedTrials);
  }, 600_000);
  test('their code is as ruff leaves it', () => {
    for (const args of [['check'], ['format', '--check']]) {
      const { status, stdout } = ruff([...args, join(folder, 'examples'), '--no-cache']);
      expect(status, stdout).toBe(0);
    }
  });
  test('layers', async () => {
    await worstOf('layers', kerasLayerTrials());
  }, 600_000);
});
