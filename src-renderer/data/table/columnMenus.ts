/** The menus of a column: what it is used as, how it is written for the network, how its gaps are filled. */
import type { AttrSchema, Step } from '#engine/ir/attrs.ts';
import { own } from '#engine/ir/record.ts';
import type { ColumnProfile, ProfileRole } from '#engine/protocol/profileContract.ts';
import { formatCount, formatInteger } from '#renderer/ui/format.ts';
import type { MenuEntry } from '#renderer/ui/Menu.tsx';
import type { PartProps } from '../defineKind.ts';
import { figure, isNumeric, mostFrequent } from './columnWords.ts';
import { FILL, isEncoding, stepFor, withEncoding, withFill } from './recipeEdits.ts';
import { isNamedRole, ROLE_LABELS } from './roles.ts';
import { recipeNow, setRecipe, setRole, type TableRow } from './useTableData.ts';

const ROLES: readonly ProfileRole[] = [
  ...(['feature', 'target', 'ignore', 'group', 'time', 'part', 'weight'] as const),
];
const ROLE_ASIDES: Readonly<Partial<Record<ProfileRole, string>>> = {
  target: 'what is predicted',
  ignore: 'not learned from',
  group: 'kept together',
  time: 'latest kept back',
  part: 'says each row’s part',
  weight: 'how much a row counts',
};

/** A source has a role for one column where it has an option of that name. */
export function roleMenu(
  part: PartProps<'table'>,
  { column }: TableRow,
  schema: AttrSchema,
): readonly MenuEntry[] {
  const shown = ROLES.filter((role) => !isNamedRole(role) || own(schema, role) !== undefined);
  return shown.map((role) => {
    const aside = ROLE_ASIDES[role];
    return {
      ...{ kind: 'item', id: role, title: ROLE_LABELS[role], one: true },
      checked: role === column.role,
      ...(aside === undefined ? {} : { aside }),
      run: () => setRole(part, column, role),
    };
  });
}

/** Steps by the kinds of column that they are for; those that the source does not know are left out. */
const ENCODINGS: Readonly<Record<'numbers' | 'words' | 'dates', readonly string[]>> = {
  numbers: ['standardise', 'minMax', 'robust', 'log', 'quantile', 'oneHot', 'ordinal'],
  words: ['oneHot', 'ordinal', 'embeddingIndex', 'hashing'],
  dates: ['dateParts', 'standardise', 'minMax'],
};
const kindOf = (column: ColumnProfile): keyof typeof ENCODINGS =>
  isNumeric(column) ? 'numbers' : column.type === 'date' ? 'dates' : 'words';

function stepsOf(schema: AttrSchema) {
  const attr = own(schema, 'recipe');
  return attr?.kind === 'steps' ? attr.steps : null;
}

export interface EncodingChoice {
  readonly step: string | null;
  readonly label: string;
  /** How many inputs it makes, where that follows from the column. */
  readonly inputs: string;
}

/** Empty where the source has no recipe. */
export function encodingChoices(
  column: ColumnProfile,
  schema: AttrSchema,
): readonly EncodingChoice[] {
  const steps = stepsOf(schema);
  if (!steps) return [];
  const known = ENCODINGS[kindOf(column)].flatMap((id) => {
    const step = own(steps, id);
    return step ? [{ step: id, label: step.label, inputs: inputsOf(id, column) }] : [];
  });
  return [{ step: null, label: 'Automatic', inputs: '' }, ...known];
}

/** A one-hot of more words shares its last column among the rare ones. */
const MOST_WORDS = 20;

function inputsOf(step: string, { distinct }: ColumnProfile): string {
  if (step === 'oneHot') {
    return formatCount(distinct === 2 ? 1 : Math.min(MOST_WORDS, distinct), 'input');
  }
  return step === 'dateParts' || step === 'hashing' ? '' : '1 input';
}

export function encodingMenu(
  { data }: PartProps<'table'>,
  { column }: TableRow,
  schema: AttrSchema,
): readonly MenuEntry[] {
  const recipe = recipeNow(data);
  const now = stepFor(recipe, column.name, isEncoding)?.step ?? null;
  return encodingChoices(column, schema).map(({ step, label, inputs }) => ({
    ...{ kind: 'item', id: label, title: label, one: true, checked: now === step },
    ...(inputs === '' ? {} : { aside: inputs }),
    run: () =>
      setRecipe(
        data,
        withEncoding(recipeNow(data), column.name, step),
        `Encode ${column.name}: ${label}`,
      ),
  }));
}

export interface FillChoice {
  readonly id: string;
  readonly label: string;
  /** What follows: the value, the rows. */
  readonly aside: string;
  /** Null: left to the option `missing`. */
  readonly step: Omit<Step, 'step'> | null;
}

export function fillChoices(
  column: ColumnProfile,
  rows: number,
  missing: string,
): readonly FillChoice[] {
  const { numbers } = column;
  const lost = `loses ${formatInteger(column.missing)} of ${formatInteger(rows)}`;
  const most = mostFrequent(column);
  return [
    ...(numbers
      ? [
          {
            ...{ id: 'mean', label: 'Mean', aside: figure(numbers.mean) },
            step: { strategy: 'mean' },
          },
          {
            ...{ id: 'median', label: 'Median', aside: figure(numbers.median) },
            step: { strategy: 'median' },
          },
        ]
      : []),
    {
      ...{ id: 'mostFrequent', label: 'Most frequent', aside: most ?? '' },
      step: { strategy: 'mostFrequent' },
    },
    {
      ...{ id: 'constant', label: 'Constant', aside: numbers ? '0' : 'missing' },
      step: { strategy: 'constant', ...(numbers ? {} : { value: 'missing' }) },
    },
    missing === 'mean'
      ? { id: 'rows', label: 'As the source says', aside: 'the mean', step: null }
      : { id: 'rows', label: 'Drop rows', aside: lost, step: null },
  ];
}

export function fillNow({ data }: PartProps<'table'>, column: ColumnProfile): string {
  const step = stepFor(recipeNow(data), column.name, (each) => each === FILL);
  if (!step) return 'rows';
  const strategy = own(step, 'strategy');
  return typeof strategy === 'string' ? strategy : 'median';
}

export function fillMenu(part: PartProps<'table'>, { column }: TableRow): readonly MenuEntry[] {
  const { data, profile } = part;
  const missing = own(data.options, 'missing') === 'mean' ? 'mean' : 'drop';
  const now = fillNow(part, column);
  const step = stepFor(recipeNow(data), column.name, (each) => each === FILL);
  const set = (next: Omit<Step, 'step'> | null, label: string): void =>
    setRecipe(data, withFill(recipeNow(data), column.name, next), label);
  const says = step !== null && own(step, 'indicator') === true;
  return [
    ...fillChoices(column, profile.rows, missing).map((choice): MenuEntry => ({
      ...{ kind: 'item', id: choice.id, title: choice.label, one: true },
      checked: now === choice.id,
      ...(choice.aside === '' ? {} : { aside: choice.aside }),
      run: () =>
        set(
          choice.step && says ? { ...choice.step, indicator: true } : choice.step,
          `Fill ${column.name}: ${choice.label}`,
        ),
    })),
    { kind: 'line' },
    {
      ...{ kind: 'item', id: 'indicator', title: `Add input ${column.name}_missing` },
      ...{ aside: says ? '−1' : '+1', checked: says, disabled: step === null },
      run: () => {
        if (!step) return;
        const { step: _id, columns: _columns, indicator: _says, ...rest } = step;
        set(says ? rest : { ...rest, indicator: true }, `Say where ${column.name} is empty`);
      },
    },
  ];
}
