/** The registry of signs of trouble: every file of this folder that has a default export. */
import type { Problem } from '#engine/ir/problem.ts';
import { registry } from '#engine/ir/registry.ts';
import type { Sign, SignQuestion } from './define.ts';

export const signs: ReadonlyMap<string, Sign> = registry(
  import.meta.glob<{ readonly default?: Sign }>(['./*.ts', '!./index.ts', '!./define.ts'], {
    eager: true,
  }),
  { kind: 'sign', nameOf: ({ id }) => id },
);

export const signsIn = (question: SignQuestion): readonly Problem[] =>
  [...signs.values()].flatMap((sign) => sign.find(question) ?? []);
