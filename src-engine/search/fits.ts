/**
 * Whether the values of a search train at all, asked before anything does: a range that cannot stand twice in a
 * row because its shapes do not meet, a layer that cannot be left out, a kind that does not suit. Pure.
 */
import { analyse } from '../check/analyse.ts';
import type { JsonValue } from '../ir/attrs.ts';
import type { NetworkDocument } from '../ir/document.ts';
import { inputError, type Problem } from '../ir/problem.ts';
import { shortName } from '../runs/settings.ts';
import { applyValues } from './apply.ts';
import { gridValues, type Parameter, type SearchSpace, type Values, valueText } from './space.ts';

/** Of a longer list both ends are looked at, and so many in between. */
const MOST_VALUES = 24;

/**
 * Throws InputError at a value that cannot be trained, whatever the others are: as the document has them, or as
 * the search has them first or last. What two parameters make of each other is for their trial to find out.
 */
export function checkSpace(document: NetworkDocument, space: SearchSpace): void {
  const ends = [0, -1].map((at) => valuesAt(space, at));
  for (const parameter of space) {
    for (const value of looked(parameter)) {
      const alone = { [parameter.name]: value };
      const problem = problemOf(document, space, alone);
      if (!problem) continue;
      const others = space.length > 1 ? ends : [];
      if (others.some((end) => !problemOf(document, space, { ...end, ...alone }))) continue;
      const what = `${shortName(parameter.name)}=${valueText(alone, parameter.name)}`;
      throw inputError(
        'search.does-not-fit',
        `With ${what} the network cannot be trained: ${problem.message}`,
        {
          path: parameter.name,
          ...(problem.explanation !== undefined && { explanation: problem.explanation }),
        },
      );
    }
  }
}

function looked(parameter: Parameter): readonly JsonValue[] {
  const values = gridValues(parameter);
  return values.length <= MOST_VALUES
    ? values
    : [...values.slice(0, MOST_VALUES - 1), ...values.slice(-1)];
}

const valuesAt = (space: SearchSpace, at: number): Values =>
  Object.fromEntries(
    space.map((parameter) => [parameter.name, gridValues(parameter).at(at) ?? null]),
  );

function problemOf(document: NetworkDocument, space: SearchSpace, values: Values): Problem | null {
  const { problems } = analyse(applyValues(document, space, values));
  return problems.find(({ severity }) => severity === 'error') ?? null;
}
