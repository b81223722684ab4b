/**
 * How the sections of Compare stand: in the order that a person moved them to, those that are folded as a line of
 * their own below the row they would have stood in. What a row leaves free its last section takes. Pure.
 */
import type { SectionDefinition } from './defineSection.ts';

export interface Arrangement {
  /** Ids; sections that are not named stand where they stood from the beginning. */
  readonly order: readonly string[];
  readonly folded: readonly string[];
}

export interface PlacedSection {
  readonly section: SectionDefinition;
  readonly columns: number;
  readonly isFolded: boolean;
}

const COLUMNS = 12;

/** In the order that was chosen; one that is new behind the one it comes after otherwise. */
export function inOrder(
  sections: readonly SectionDefinition[],
  order: readonly string[],
): readonly SectionDefinition[] {
  const list = order.flatMap((id) => sections.find((section) => section.id === id) ?? []);
  sections.forEach((section, i) => {
    if (list.includes(section)) return;
    const before = sections[i - 1];
    list.splice(before ? list.indexOf(before) + 1 : 0, 0, section);
  });
  return list;
}

export function arranged(
  sections: readonly SectionDefinition[],
  { order, folded }: Arrangement,
): readonly PlacedSection[] {
  const placed: PlacedSection[] = [];
  let row: PlacedSection[] = [];
  let lines: PlacedSection[] = [];
  const endRow = (): void => {
    const free = COLUMNS - row.reduce((sum, { columns }) => sum + columns, 0);
    placed.push(
      ...row.map((each, i) =>
        i === row.length - 1 ? { ...each, columns: each.columns + free } : each,
      ),
      ...lines,
    );
    [row, lines] = [[], []];
  };
  for (const section of inOrder(sections, order)) {
    if (folded.includes(section.id)) {
      lines.push({ section, columns: COLUMNS, isFolded: true });
      // Nothing to stand below.
      if (row.length === 0) endRow();
      continue;
    }
    const used = row.reduce((sum, { columns }) => sum + columns, 0);
    if (used + section.columns > COLUMNS) endRow();
    row.push({ section, columns: section.columns, isFolded: false });
  }
  endRow();
  return placed;
}

/** `to`: where it is to stand among those on show; what has nothing to show keeps its neighbours. */
export function movedTo(
  all: readonly string[],
  id: string,
  to: number,
  shown: readonly string[],
): readonly string[] {
  const others = shown.filter((each) => each !== id);
  const rest = all.filter((each) => each !== id);
  const next = others[Math.max(0, to)];
  const last = others.at(-1);
  const at =
    next !== undefined ? rest.indexOf(next) : last === undefined ? 0 : rest.indexOf(last) + 1;
  return rest.toSpliced(at, 0, id);
}
