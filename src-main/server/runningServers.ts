/**
 * Which servers run on this machine for this user, so that `netloom open` can ask one for a link: a file
 * per server in the state folder, readable to the user only, gone when the server is.
 */
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { namesIn } from '../services/namesIn.ts';

export interface ServerRecord {
  readonly pid: number;
  /** The folder may be shared between machines. */
  readonly machine: string;
  readonly host: string;
  readonly port: number;
  readonly ownerKey: string;
}

const folderIn = (stateFolder: string): string => join(stateFolder, 'servers');

/** Answers how to take the word back. */
export function announceServer(
  stateFolder: string,
  server: Omit<ServerRecord, 'pid' | 'machine'>,
): () => void {
  const folder = folderIn(stateFolder);
  const path = join(folder, `${hostname()}-${process.pid}.json`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const record: ServerRecord = { pid: process.pid, machine: hostname(), ...server };
  // Nobody reads a half of it, and nobody else reads it at all.
  writeFileSync(`${path}.part`, JSON.stringify(record), { mode: 0o600 });
  renameSync(`${path}.part`, path);
  return () => rmSync(path, { force: true });
}

/** Those of this machine, the one started last first. Files of servers that have ended are removed. */
export function findServers(stateFolder: string): readonly ServerRecord[] {
  const folder = folderIn(stateFolder);
  const found: { readonly record: ServerRecord; readonly startedMs: number }[] = [];
  for (const name of namesIn(folder).filter((each) => each.endsWith('.json'))) {
    const path = join(folder, name);
    const record = readRecord(path);
    if (record?.machine !== hostname()) continue;
    if (isAlive(record.pid)) found.push({ record, startedMs: statSync(path).mtimeMs });
    else rmSync(path, { force: true });
  }
  return found.sort((a, b) => b.startedMs - a.startedMs).map(({ record }) => record);
}

function readRecord(path: string): ServerRecord | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as ServerRecord;
  } catch {
    return null;
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
