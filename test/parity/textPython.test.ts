/** Rule: `text.py` of a PyTorch project makes of texts what is made of them here. Its Python is as ruff wants it. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { encodeTexts, type TextReading } from '#engine/datasets/index.ts';
import { fitIdf, fitTokenizer } from '#engine/datasets/text/fit.ts';
import { textFiles } from '#engine/export/pytorch/text.ts';
import { writeContent } from '#main/exportProcess/writeContent.ts';
import { pythonWith, sayWithoutPython, withoutPython } from '../support/python.ts';
import { ruffFindings } from '../support/pytorchProject.ts';

const folder = mkdtempSync(join(tmpdir(), 'netloom-text-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const { train, others } = JSON.parse(
  readFileSync(new URL('tokenizers_text.json', import.meta.url), 'utf8'),
) as { readonly train: readonly string[]; readonly others: readonly string[] };
const TEXTS = [...others, ...train, "Don't—it’s 5 o'clock_ 'tis é! x'", '𝔘nicode 😀 ½ İstanbul'];

const CASES = [
  ['words', { output: 'bag', weighting: 'tfidf' }, {}],
  ['words', { output: 'bag', weighting: 'binary' }, { punctuation: true, lowerCase: false }],
  ['characters', { output: 'indices', padding: 'before', truncation: 'start' }, {}],
  ['bytePair', { output: 'indices' }, { vocabulary: 150 }],
  ['bytePair', { output: 'bag', predict: 'next', length: 3 }, { vocabulary: 90, lowerCase: false }],
] as const;

async function project(i: number) {
  const [tokens, how, options] = CASES[i] ?? CASES[0];
  const asked = { lowerCase: true, punctuation: false, vocabulary: 60, minCount: 1, ...options };
  const tokenizer = fitTokenizer(train, { ...asked, tokens });
  const reading: TextReading = {
    ...{ kind: 'text', unit: 'row', weighting: 'counts', padding: 'after', truncation: 'end' },
    ...{ width: tokenizer.vocabulary.length + 4, length: 9, predict: 'class', target: null },
    ...{ tokenizer, ...how },
    ...('weighting' in how && how.weighting === 'tfidf' && { idf: fitIdf(train, tokenizer) }),
  };
  const path = join(folder, String(i));
  await writeContent(path, 'folder', { folder: textFiles(reading) });
  return { path, reading };
}

const python = pythonWith(['numpy']);
sayWithoutPython();

describe.skipIf(withoutPython !== '')('texts become the same numbers', () => {
  test.each(CASES.map((each, i) => [each[0], i] as const))('%s, %i', async (_, i) => {
    const { path, reading } = await project(i);
    const script = [
      'import json, sys, text',
      'made = text.encode(json.load(sys.stdin))',
      'print(json.dumps([[float(x) for x in row] for row in made]))',
    ].join('\n');
    const { status, stdout, stderr } = spawnSync(python ?? '', ['-W', 'error', '-c', script], {
      ...{ cwd: path, encoding: 'utf8', input: JSON.stringify(TEXTS) },
    });
    expect(stderr).toBe('');
    expect(status).toBe(0);
    const found = (JSON.parse(stdout) as readonly (readonly number[])[]).flat();
    expect(found).toEqual([...encodeTexts(TEXTS, reading)]);
  });
});

test.skipIf(withoutPython !== '')('it is Python as ruff leaves it', async () => {
  expect(ruffFindings((await project(0)).path)).toBe('');
});
