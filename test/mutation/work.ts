/** What the command, the process with Vitest and its worker tell each other: by files, since a worker may hang. */
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Mutant } from './mutants.ts';

export const ROOT = resolve(import.meta.dirname, '..', '..');
export const FOLDER = join(ROOT, 'node_modules', '.cache', 'mutants');
const DRAWN = join(FOLDER, 'drawn.json');
const TURN = join(FOLDER, 'turn.json');
export const RECORDS = join(FOLDER, 'records.jsonl');

/** Of one run of test files. */
export interface Turn {
  /** On from the start, as the place in the list of those drawn; null where each test tries those it reaches. */
  readonly alone: number | null;
  /** Those that no test has caught yet. */
  readonly left: readonly number[];
}

/** What the worker did, in order; the last one is what it is at. */
export type Record =
  | { readonly event: 'test'; readonly file: string; readonly test: string }
  /** Fails without a mutant, so it can catch none. */
  | { readonly event: 'broken'; readonly file: string; readonly test: string; readonly why: string }
  | {
      readonly event: 'trying';
      readonly mutant: number;
      readonly file: string;
      readonly test: string;
    }
  | {
      readonly event: 'caught';
      readonly mutant: number;
      readonly file: string;
      readonly test: string;
    }
  /** Has to be tried alone: the test does not run twice, or takes too long, or remembered what it computed. */
  | { readonly event: 'unsure'; readonly mutant: number; readonly file: string }
  /** What the file ran within its tests, and while it was read and set up. */
  | {
      readonly event: 'file';
      readonly file: string;
      readonly within: readonly number[];
      readonly outside: readonly number[];
    };

// These files are written by this program alone, in the same run.
const read = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));
export const readDrawn = (): readonly Mutant[] =>
  existsSync(DRAWN) ? (read(DRAWN) as readonly Mutant[]) : [];
export const writeDrawn = (mutants: readonly Mutant[]): void =>
  writeFileSync(DRAWN, JSON.stringify(mutants));
export const readTurn = (): Turn => read(TURN) as Turn;
export const writeTurn = (turn: Turn): void => writeFileSync(TURN, JSON.stringify(turn));

export const record = (entry: Record): void =>
  appendFileSync(RECORDS, `${JSON.stringify(entry)}\n`);
export const clearRecords = (): void => writeFileSync(RECORDS, '');
export const readRecords = (): readonly Record[] =>
  readFileSync(RECORDS, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record);
