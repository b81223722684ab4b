/**
 * A table that is larger than what may be held, prepared and trained on by the built program: time, and the peak memory
 * of each of its processes (Linux). Prints, asserts nothing.
 *
 *   npm run build && node test/bench/streamedTables.mjs [MEGABYTES] [ALLOWED MEGABYTES] [COLUMNS]
 */
import { createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { trainedPeaks } from './trainedPeaks.mjs';

const [megabytes = '200', allowed = '20', columns = '30'] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'netloom-bench-'));
const path = join(folder, 'table.csv');

/** Numbers that a linear model can learn a class from; `xorshift` is enough for it. */
async function makeTable() {
  const file = createWriteStream(path);
  const names = Array.from({ length: Number(columns) }, (_, i) => `x${i}`);
  file.write(`${[...names, 'kind'].join(',')}\n`);
  let state = 2463534242;
  const random = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  let bytes = 0;
  let rows = 0;
  while (bytes < Number(megabytes) * 1e6) {
    let text = '';
    for (let i = 0; i < 2000; i++) {
      const values = names.map(() => random() * 2 - 1);
      const score = values[0] + 0.5 * values[1] - values[2] + 0.2 * (random() - 0.5);
      text += `${values.map((value) => value.toFixed(6)).join(',')},${score > 0 ? 'yes' : 'no'}\n`;
      rows += 1;
    }
    bytes += text.length;
    if (!file.write(text)) await once(file, 'drain');
  }
  file.end();
  await once(file, 'close');
  return rows;
}

const rows = await makeTable();
console.log(`${rows} rows, ${Math.round(statSync(path).size / 1e6)} MB, ${allowed} MB allowed`);
const project = join(
  import.meta.dirname,
  '..',
  '..',
  'resources',
  'examples',
  'digits-mlp.netloom.json',
);
const train = [project, '--data', path, '--target', 'kind', '--epochs', '2', '--batch', '256'];
await trainedPeaks(join(folder, 'home'), allowed, train);
rmSync(folder, { recursive: true, force: true });
