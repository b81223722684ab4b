/** What is told of a table that was read: notes, the report, and why there is nothing to learn from. */
import { inputError } from '#engine/ir/problem.ts';
import type { TableReport } from '../define.ts';
import { listed } from './columns.ts';
import { encodingText, type Features, type LeftOut } from './features.ts';
import type { RawTable } from './rawTable.ts';
import type { MadeFeatures } from './recipe.ts';
import type { Roles, TableOptions } from './roles.ts';

/** Of left out columns, a sentence each. */
const MOST_NOTES = 40;

export function notesOf(
  raw: RawTable,
  {
    features,
    leftOut,
    target,
  }: Pick<Roles, 'leftOut' | 'target'> & { readonly features: Features },
): string[] {
  const more = leftOut.length - MOST_NOTES;
  return [
    ...(features.width === 0 ? [] : [`Features: ${listed(features.encodings.map(encodingText))}.`]),
    ...leftOut
      .slice(0, MOST_NOTES)
      .map(({ name, reason }) => `${columnCalled(name)} is left out: ${reason}.`),
    ...(more > 0 ? [`${more} more columns are left out.`] : []),
    ...(target?.notes ?? []),
    ...raw.notes,
  ];
}

export function reportOf(
  { names, rowCount }: RawTable,
  {
    target,
    leftOut,
    ignored,
    made,
  }: Pick<Roles, 'target' | 'leftOut' | 'ignored'> & {
    readonly made: MadeFeatures;
  },
  { targetScale, missing }: TableOptions,
): TableReport {
  return {
    columns: names,
    target: target && {
      ...{ name: target.name, index: target.index },
      ...(target.columns && { columns: target.columns }),
      ...(target.guessed !== undefined && { guessed: target.guessed }),
      ...(target.field.classNames && { classes: target.field.classNames }),
      ...(target.field.labels && { labels: target.field.labels }),
      // Neither classes nor labels are scaled.
      ...(!target.field.classNames && !target.field.labels && { scale: targetScale }),
      missing: target.values.reduce((sum, value) => sum + (value === value ? 0 : 1), 0),
    },
    features: made.features.encodings,
    leftOut: [
      ...leftOut.map(({ name, reason }) => ({ name, reason })),
      ...ignored.map((name) => ({ name, reason: 'it is ignored' })),
    ],
    rows: { total: rowCount, used: made.rows.length },
    gaps: missing,
    ...(made.recipe && { recipe: made.recipe }),
  };
}

export const noRows = (path: string, isFiltered: boolean): Error =>
  isFiltered
    ? inputError('recipe.no-rows', 'The filters of the recipe leave no row.', { path })
    : inputError('csv.no-rows', 'Every row has an empty cell.', {
        path,
        explanation:
          'Set the option "missing" to the mean, or ignore the columns with empty cells.',
      });

export function noFeatures(
  path: string,
  leftOut: readonly LeftOut[],
  notes: readonly string[],
): Error {
  const text = leftOut.find(({ isText }) => isText);
  if (text) {
    return inputError(
      'csv.text-column',
      `${text.name} holds text, and no other column can serve as a feature.`,
      {
        path,
        explanation: `${notes.join(' ')} Features are numbers, and words of which there are few (option "maxCategories"); text:FILE takes a column of texts.`,
      },
    );
  }
  return inputError('csv.no-features', 'No column can serve as a feature.', {
    path,
    explanation: notes.join(' ') || 'The file has only the target column.',
  });
}

/** Where the file has no names, columns are called by their number already. */
const columnCalled = (name: string): string =>
  /^column \d+$/.test(name) ? name.replace('c', 'C') : `Column ${name}`;
