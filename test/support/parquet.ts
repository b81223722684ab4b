/** Parquet as another program would have written it, of lines of JSON. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';

export async function parquetOf(lines: Uint8Array): Promise<Uint8Array> {
  const folder = mkdtempSync(join(tmpdir(), 'netloom-parquet-'));
  const [from, to] = [join(folder, 't.jsonl'), join(folder, 't.parquet')];
  writeFileSync(from, lines);
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(`COPY (SELECT * FROM read_json('${from}')) TO '${to}' (FORMAT parquet)`);
  connection.closeSync();
  instance.closeSync();
  const bytes = readFileSync(to);
  rmSync(folder, { recursive: true });
  return Uint8Array.from(bytes);
}
