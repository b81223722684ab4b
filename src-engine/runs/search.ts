/**
 * What is typed to find runs, in the Runs view and on the command line: a comparison (`accuracy > 0.97 and lr < 1e-2`),
 * or words that are looked for in names, notes, tags and what was chosen. Pure.
 */
import type { Problem } from '../ir/problem.ts';
import type { RunRow } from '../protocol/index.ts';
import { readFilter, unknownName } from './filter.ts';
import { shortName } from './settings.ts';
import { settingText } from './words.ts';

export interface Search {
  /** What is found; where it cannot be read, all runs. */
  readonly rows: readonly RunRow[];
  /** How many more were found, had archived ones been asked for. */
  readonly putAway: number;
  readonly problem: Problem | null;
  /** The character that cannot be read, where that is known. */
  readonly at: number | null;
}

/** What only a comparison has. Names may hold a dash, a dot, a star. */
const COMPARES = /[<>=~!]|\b(?:and|or|not)\b|\w\(/;

/** Fields that are true or false ask something by their name alone. */
const FLAGS = new Set(['archived', 'starred']);

export const isExpression = (text: string): boolean =>
  COMPARES.test(text) || FLAGS.has(text.trim());

/** `archived`: those that were put away too; whoever compares `archived` asks for them. */
export function search(rows: readonly RunRow[], text: string, archived = false): Search {
  const found = (some: readonly RunRow[], withThem = archived): Search => {
    const listed = withThem ? some : some.filter((run) => !run.archived);
    // The same list as long as nothing is left out.
    const isAll = listed.length === some.length;
    const shown = { rows: isAll ? some : listed, putAway: some.length - listed.length };
    return { ...shown, problem: null, at: null };
  };
  if (text.trim() === '') return found(rows);
  if (!isExpression(text)) return found(withWords(rows, text));
  const reading = readFilter(text);
  if (!reading.ok) return { ...found(rows), problem: reading.problem, at: reading.at ?? null };
  const { filter } = reading;
  const problem = unknownName(filter, rows);
  const name = problem && filter.names.find((each) => problem.message.includes(`"${each}"`));
  if (problem) return { ...found(rows), problem, at: name ? text.indexOf(name) : null };
  return found(
    rows.filter((run) => filter.matches(run)),
    archived || filter.names.includes('archived'),
  );
}

const LEAST_OF_ID = 6;

/** Every word somewhere. */
function withWords(rows: readonly RunRow[], text: string): readonly RunRow[] {
  const words = text.toLowerCase().trim().split(/\s+/);
  return rows.filter((run) => {
    const all = textOf(run);
    // Of an id as many signs as tell one from another: any few letters are in some of 2,000.
    return words.every(
      (word) => all.includes(word) || (word.length >= LEAST_OF_ID && run.id.startsWith(word)),
    );
  });
}

/** Of a run whose name, notes, tags and settings are the same it is made once. */
const texts = new WeakMap<RunRow, string>();

function textOf(run: RunRow): string {
  const known = texts.get(run);
  if (known !== undefined) return known;
  // Of most settings the paths are in every run: only what was chosen by a word tells one from another.
  const settings = Object.entries(run.settings).flatMap(([path, value]) => {
    const short = shortName(path);
    if (short !== path) return [`${short} ${settingText(value)}`];
    return typeof value === 'string' ? [value] : [];
  });
  const { name, projectName, notes, tags, device } = run;
  const text = [name, projectName, notes, ...tags, device, ...settings].join('\n').toLowerCase();
  texts.set(run, text);
  return text;
}
