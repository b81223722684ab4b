/** table.py and table.json: how rows of another table become what the network takes, by the recipe of its run. */
import { recipeOf } from '#engine/datasets/table/encode.ts';
import { recipeSteps } from '#engine/datasets/recipe/registry.ts';
import type { FittedTable } from '#engine/training/fittedData.ts';
import type { FolderEntry } from '../define.ts';
import { snakeCase } from '../python/names.ts';
import head from './files/table.py?raw';

export const TABLE_MODULE = 'table.py';

/** Only the steps that the recipe has. */
export function tableFiles(table: FittedTable): readonly FolderEntry[] {
  const { inputs, steps } = recipeOf(table);
  const { features, means } = table;
  const functions = [...new Set(steps.map(({ step }) => step))].flatMap((step) => {
    const definition = recipeSteps.get(step);
    return definition?.of === 'column' ? [{ step, python: definition.python }] : [];
  });
  const names = functions.map(({ step }) => `    "${step}": ${snakeCase(step)},`);
  const code = [
    head.trimEnd(),
    ...functions.map(({ python }) => `\n\n${python.trimEnd()}`),
    functions.length === 0 ? '\n\nSTEPS = {}\n' : `\n\nSTEPS = {\n${names.join('\n')}\n}\n`,
  ].join('\n');
  const json = JSON.stringify({ inputs, steps, features, means }, null, 1);
  const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
  return [
    { path: TABLE_MODULE, bytes: bytesOf(code) },
    { path: 'data/table.json', bytes: bytesOf(`${json}\n`) },
  ];
}
