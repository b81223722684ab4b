/**
 * Where one is in the table of runs: the line that the keys are at, the end that a stretch is chosen from, and
 * the run whose name is being written. For as long as the page is open.
 */
import { createStore } from 'zustand/vanilla';
import type { Line } from './grouping.ts';

export interface Cursor {
  /** Key of a line; null before anything was looked at. */
  readonly at: string | null;
  readonly anchor: string | null;
  readonly renaming: string | null;
  /** The lines on show, for commands and keys; in their order. */
  readonly lines: readonly Line[];
}

export const cursorStore = createStore<Cursor>(() => ({
  at: null,
  anchor: null,
  renaming: null,
  lines: [],
}));

/** The keys that move through a list; null for any other. */
export function movedTo(key: string, at: number, count: number, page: number): number | null {
  const to = ((): number | null => {
    switch (key) {
      case 'ArrowDown':
        return at + 1;
      case 'ArrowUp':
        return at - 1;
      case 'PageDown':
        return at + page;
      case 'PageUp':
        return at - page;
      case 'Home':
        return 0;
      case 'End':
        return count - 1;
      default:
        return null;
    }
  })();
  return to === null ? null : Math.max(0, Math.min(count - 1, to));
}

/** Ids of all runs from one line to another, of groups that are folded away too. */
export function runsBetween(lines: readonly Line[], from: number, to: number): readonly string[] {
  const [first, last] = from < to ? [from, to] : [to, from];
  return lines.slice(first, last + 1).flatMap(runsOf);
}

/** Of a group those of all of its runs that its lines would not name anyway. */
export function runsOf(line: Line): readonly string[] {
  if (line.kind === 'run') return [line.run.id];
  return line.isOpen ? [] : line.runs.map(({ id }) => id);
}

/** The line of a key; the first one where it has gone. */
export function indexOf(lines: readonly Line[], key: string | null): number {
  return Math.max(
    0,
    lines.findIndex((line) => line.key === key),
  );
}

/** The line of the group that a line stands in; itself where it stands in none. */
export function groupAbove(lines: readonly Line[], index: number): number {
  const depth = lines[index]?.depth ?? 0;
  for (let i = index - 1; i >= 0; i--) if ((lines[i]?.depth ?? 0) < depth) return i;
  return index;
}
