/** The examples as they are shown: in groups, from the smallest network to the deepest, or those that fit a search. */
import Fuse from 'fuse.js';
import type { ExampleGroup, ExampleInfo } from '#engine/protocol/appContract.ts';

/** In the order in which one would look at them. */
const LABELS: Readonly<Record<ExampleGroup, string>> = {
  points: 'Points and curves',
  images: 'Images',
  generate: 'Generate and rebuild',
  sequences: 'Sequences and text',
  tables: 'Tables',
};

export interface ShownGroup {
  readonly group: ExampleGroup;
  readonly label: string;
  readonly examples: readonly ExampleInfo[];
}

export function shownExamples(all: readonly ExampleInfo[], query: string): readonly ShownGroup[] {
  const found = query.trim() === '' ? all : searched(all, query);
  const ordered = found.toSorted((a, b) => a.document.nodes.length - b.document.nodes.length);
  return Object.entries(LABELS).flatMap(([key, label]) => {
    const group = key as ExampleGroup; // its own keys
    const examples = ordered.filter((each) => each.group === group);
    return examples.length > 0 ? [{ group, label, examples }] : [];
  });
}

/** By what they are called, what they say of themselves, and the layers they are made of. */
function searched(all: readonly ExampleInfo[], query: string): readonly ExampleInfo[] {
  const fuse = new Fuse(
    all.map((example) => ({ example, types: typesOf(example), notes: example.document.notes })),
    {
      keys: [
        { name: 'example.title', weight: 3 },
        { name: 'types', weight: 2 },
        { name: 'notes', weight: 1 },
      ],
      threshold: 0.25,
      ignoreLocation: true,
    },
  );
  return fuse.search(query.trim()).map(({ item }) => item.example);
}

const typesOf = ({ document }: ExampleInfo): readonly string[] => [
  ...new Set(document.nodes.map(({ type }) => type)),
];
