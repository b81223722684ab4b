/** The registry of steps: every file of steps/, found when the code is bundled. Nothing else imports a step. */
import type { StepSchema } from '#engine/ir/attrs.ts';
import { registry } from '#engine/ir/registry.ts';
import type { StepDefinition } from './define.ts';

export const recipeSteps: ReadonlyMap<string, StepDefinition> = registry(
  import.meta.glob<{ readonly default: StepDefinition }>('./steps/*.ts', { eager: true }),
  { kind: 'step of a recipe', nameOf: ({ id }) => id, rank: ({ order }) => order },
);

/** As an attribute of kind `steps` wants them. */
export const RECIPE_STEPS: Readonly<Record<string, StepSchema>> = Object.fromEntries(
  [...recipeSteps].map(([id, { label, doc, attrs }]) => [id, { label, help: doc, attrs }]),
);
