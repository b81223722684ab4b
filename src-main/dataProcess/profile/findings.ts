/** What is looked for in a table: every file of the folder beside this one. */
import { registry } from '#engine/ir/registry.ts';
import type { Finding } from '#engine/protocol/index.ts';
import type { FindingKind, LookedTable } from './look.ts';

export const findingKinds: ReadonlyMap<string, FindingKind> = registry(
  import.meta.glob<{ readonly default: FindingKind }>('./findings/*.ts', { eager: true }),
  { kind: 'finding', nameOf: ({ name }) => name, rank: () => 0 },
);

const GRAVITY: Readonly<Record<Finding['severity'], number>> = { danger: 0, warning: 1, info: 2 };

/** The gravest first. */
export const findingsOf = (table: LookedTable): readonly Finding[] =>
  [...findingKinds.values()]
    .flatMap((kind) =>
      kind.look(table).map((found) => ({ ...found, code: `profile.${kind.name}` })),
    )
    .toSorted((a, b) => GRAVITY[a.severity] - GRAVITY[b.severity]);
