/**
 * What a section of Compare states. Any folder may add `ID.section.tsx` whose default export is one; sections.ts
 * finds those files. The view draws the head with title and tools and the frame; `Component` fills what is
 * below it and scrolls by itself. Sections stand in rows of twelve columns, in their order, and take more of
 * them where the window is narrow.
 */
import type { ComponentType } from 'react';
import type { IconName } from '../ui/Icon.tsx';
import type { Compared } from './compared.ts';

export interface SectionDefinition {
  /** Stable, and the name of the file: the command `compare.section.ID` goes to it. */
  readonly id: string;
  readonly label: string;
  readonly icon: IconName;
  /** Place among the sections, ascending. */
  readonly order: number;
  /** Of twelve; those of a row should add up to all of them. */
  readonly columns: number;
  /** In px at least, head included, in a window 900 px high; grows with it. The highest of a row decides. */
  readonly height: number;
  /** False where it has nothing to show of these runs; absent: for any two runs. */
  readonly when?: (compared: Compared) => boolean;
  /** What is compared comes as it is now: `useRunViewOf(id)` reads more of a run. */
  readonly Component: ComponentType<Compared>;
  /** At the right end of the head: a choice, a legend, a menu. */
  readonly tools?: ComponentType<Compared>;
}

export function defineSection(section: SectionDefinition): SectionDefinition {
  return section;
}
