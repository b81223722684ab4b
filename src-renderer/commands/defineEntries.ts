/**
 * What the palette (Ctrl+K) offers beside commands: things that come and go and have a name of their own. Any
 * folder may add `NAME.entries.ts` whose default export lists them as they are now; the palette finds these
 * files.
 */
import type { IconName } from '../ui/Icon.tsx';

export interface NamedEntry {
  /** Stable, and no command's: `compare.named:Rates`. */
  readonly id: string;
  readonly group: string;
  readonly title: string;
  /** Other words people look for it by. */
  readonly keywords?: readonly string[];
  readonly icon?: IconName;
  readonly aside?: string;
  readonly run: () => void;
}
/** Asked each time the palette opens. */
export type NamedEntries = () => readonly NamedEntry[];
