/**
 * A large table read and profiled, beside DuckDB's own SUMMARIZE of the same file: at most twice its time.
 * `npx vitest run --config test/bench/vitest.config.ts profile`; NN_ROWS sets how many rows (3 million: 167 MB).
 */
import { createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { expect, test } from 'vitest';
import { profileTable, tableOf } from '#main/dataProcess/profile/profileTable.ts';
import { tableReader } from '#main/dataProcess/tables/tables.ts';
import { realFiles } from '#test/support/memoryFiles.ts';
import { found } from '#test/support/profiles.ts';

const ROWS = Number(process.env['NN_ROWS'] ?? 3_000_000);
const PAIRS = 5;
const MOST_TIMES = 2;

/** Nine columns: a number of the row, measures with gaps, words, a date, a leak and what it leaks. */
async function write(path: string): Promise<void> {
  const file = createWriteStream(path);
  let state = 12345;
  const random = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const cities = ['Berlin', 'Lyon', 'Porto', 'Graz', 'Oslo', 'Turin'];
  let part = 'id,when,city,customer,size,weight,count,after,failed\n';
  for (let row = 0; row < ROWS; row++) {
    const failed = random() < 0.1;
    const day = `20${10 + (row % 14)}-${String(1 + (row % 12)).padStart(2, '0')}-${String(1 + (row % 28)).padStart(2, '0')}`;
    const gap = random() < 0.03 ? '' : (random() * 100).toFixed(4);
    part += `${row},${day},${cities[row % 6] ?? ''},K${Math.floor(random() * 300_000)},${(random() * 10).toFixed(6)},${gap},${Math.floor(random() * 50)},${failed ? (1 + random()).toFixed(2) : '0'},${failed ? 1 : 0}\n`;
    if (part.length > 2 ** 20) {
      if (!file.write(part)) await once(file, 'drain');
      part = '';
    }
  }
  file.end(part);
  await once(file, 'close');
}

async function summarize(path: string): Promise<number> {
  const beganMs = performance.now();
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.runAndReadAll(`SUMMARIZE SELECT * FROM read_csv('${path}')`);
  connection.closeSync();
  instance.closeSync();
  return performance.now() - beganMs;
}

test(
  'a large table is profiled in at most twice the time of SUMMARIZE',
  { timeout: 600_000 },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'netloom-profile-'));
    const path = join(folder, 'large.csv');
    try {
      await write(path);
      const sizeBytes = statSync(path).size;
      const asked = tableOf(`csv:${path}`, {});
      if (!asked) throw new Error('CSV is a table');
      const times: number[] = [];
      for (let pair = 0; pair < PAIRS; pair++) {
        const theirsMs = await summarize(path);
        const beganMs = performance.now();
        const marks: number[] = [];
        const profile = await profileTable(
          ...([tableReader(realFiles), asked, { rowsShown: 60 }, { sizeBytes }] as const),
          () => (marks.push(performance.now() - beganMs), Promise.resolve()),
        );
        const oursMs = performance.now() - beganMs;
        times.push(oursMs / theirsMs);
        expect(found(profile, 'leak')).toHaveLength(1);
        console.log(
          `${(sizeBytes / 1e6).toFixed(0)} MB: SUMMARIZE ${theirsMs.toFixed(0)} ms, profile ${oursMs.toFixed(0)} ms, ${(oursMs / theirsMs).toFixed(2)} times; read, columns, duplicates after ${marks.map((ms) => ms.toFixed(0)).join(', ')} ms`,
        );
      }
      expect(times.sort((a, b) => a - b)[Math.floor(PAIRS / 2)]).toBeLessThanOrEqual(MOST_TIMES);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
);
