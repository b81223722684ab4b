/** The right side for tables: the column that is looked at, how it is written, the split, what is wrong. */
import { useStore } from 'zustand';
import type { ColumnProfile, TableProfile } from '#engine/protocol/profileContract.ts';
import type { TablePreview } from '#engine/protocol/tablePreview.ts';
import type { SplitKind } from '#engine/ir/trainingSettings.ts';
import { formatInteger } from '#renderer/ui/format.ts';
import { Section } from '#renderer/ui/Section.tsx';
import { Segments } from '#renderer/ui/Segments.tsx';
import { textOption } from '../chosenData.ts';
import { dataViewStore } from '../dataViewStore.ts';
import type { PartProps } from '../defineKind.ts';
import { Findings } from '../Findings.tsx';
import { Balance } from '../samples/Balance.tsx';
import { SplitSection } from '../split/SplitSection.tsx';
import { useSourceSchema } from '../useSourceSchema.ts';
import { ColumnDetails } from './ColumnDetails.tsx';
import { encodingChoices, fillChoices, fillNow } from './columnMenus.ts';
import { figure, sentence } from './columnWords.ts';
import { isEncoding, stepFor, withEncoding } from './recipeEdits.ts';
import { RecipeSection } from './RecipeSection.tsx';
import { setRecipe, recipeNow } from './useTableData.ts';
import { usePreviewOf } from './useTablePreview.ts';

/** No step is called so. */
const AUTOMATIC = '-';

export function TableSide(part: PartProps<'table'>) {
  const { data, profile } = part;
  const { columns, target, rows } = profile;
  const preview = usePreviewOf(data);
  const chosen = useStore(dataViewStore, (view) => view.column);
  const column =
    columns.find(({ name }) => name === chosen) ??
    columns.find(({ role }) => role === 'feature') ??
    columns[0];
  const show = (index: number): void =>
    dataViewStore.setState({ column: columns[index]?.name ?? null, filter: 'all', search: '' });
  return (
    <div className="scroll">
      {column && (
        <section aria-label={`Column ${column.name}`}>
          <div className="data-side-head column">
            <h2 className="ellipsis" title={column.name}>
              {column.name}
            </h2>
            {target && target.index !== column.index && (
              <button type="button" onClick={() => show(target.index)}>
                Target
              </button>
            )}
            <small>
              {column.missing === 0
                ? `all ${formatInteger(rows)} rows have it`
                : `${formatInteger(rows - column.missing)} of ${formatInteger(rows)} rows have it`}
            </small>
          </div>
          <ColumnDetails
            {...{ column, rows }}
            fill={fillMark(part, column)}
            why={target?.index === column.index ? targetWhy(profile, target) : roleWhy(column)}
          />
          {column.role === 'feature' && <Encoding {...{ part, column, preview }} />}
        </section>
      )}
      <RecipeSection data={data} preview={preview} />
      <SplitSection data={data} counts={preview?.counts ?? null} missing={lacking(part)} />
      <Balance
        classes={profile.classes.flatMap(({ name, parts }) => (parts ? [{ name, parts }] : []))}
      />
      <Findings
        data={data}
        findings={profile.findings}
        names={columns.map(({ name }) => name)}
        onShow={show}
      />
    </div>
  );
}

/** Where the value that fills the gaps lies. */
function fillMark(part: PartProps<'table'>, column: ColumnProfile) {
  const { numbers, missing, role } = column;
  if (!numbers || missing === 0 || role !== 'feature') return null;
  const now = fillNow(part, column);
  const at = now === 'mean' ? numbers.mean : now === 'median' ? numbers.median : null;
  return at === null
    ? null
    : { at, text: `${now} ${figure(at)} fills ${formatInteger(missing)} rows` };
}

const roleWhy = ({ roleWhy: why }: ColumnProfile): string | null =>
  why === undefined ? null : sentence(why);

function targetWhy(
  { task, classes }: TableProfile,
  { isGuess, why }: NonNullable<TableProfile['target']>,
): string {
  const kinds = task === 'classification' ? `${formatInteger(classes.length)} classes. ` : '';
  return `${kinds}${isGuess ? 'Nobody chose it: ' : 'It is predicted: '}${why}.`;
}

function Encoding(props: {
  readonly part: PartProps<'table'>;
  readonly column: ColumnProfile;
  readonly preview: TablePreview | null;
}) {
  const { part, column, preview } = props;
  const { data, profile } = part;
  const schema = useSourceSchema(data.source);
  const choices = encodingChoices(column, schema);
  if (choices.length === 0) return null;
  const prepared = preview?.columns[column.index];
  const now = stepFor(recipeNow(data), column.name, isEncoding)?.step ?? null;
  const fills = fillChoices(column, profile.rows, textOption(data.options, 'missing'));
  const fill = fills.find(({ id }) => id === fillNow(part, column));
  return (
    <Section
      id="data-encoding"
      title="Encoding"
      fact={prepared && `${prepared.slots.length} of ${preview?.slots.length ?? 0} inputs`}
    >
      <div className="data-segments wrap">
        <Segments
          label={`How ${column.name} is written`}
          value={now ?? AUTOMATIC}
          options={choices.map(({ step, label }) => ({ value: step ?? AUTOMATIC, label }))}
          onChange={(step) =>
            setRecipe(
              data,
              withEncoding(recipeNow(data), column.name, step === AUTOMATIC ? null : step),
              `Encode ${column.name}`,
            )
          }
        />
      </div>
      {prepared && prepared.encoding !== '' && (
        <p className="data-why">{sentence(prepared.encoding)}</p>
      )}
      {column.missing > 0 && fill?.step === null && (
        <p className="data-why">
          Empty cells: {fill.label.toLowerCase()}
          {fill.aside === '' ? '' : `, ${fill.aside}`}.
        </p>
      )}
    </Section>
  );
}

/** What a way to split needs of the columns. */
function lacking({
  data: { options },
  profile: { task },
}: PartProps<'table'>): Readonly<Partial<Record<SplitKind, string>>> {
  return {
    ...(task === 'classification'
      ? {}
      : { stratified: 'Only classes can be stratified; this target is none.' }),
    ...(textOption(options, 'group') === ''
      ? { byGroup: 'Give a column the role Group: its rows stay together.' }
      : {}),
    ...(textOption(options, 'time') === ''
      ? { byTime: 'Give a column the role Time: the latest rows are kept back.' }
      : {}),
    ...(textOption(options, 'part') === ''
      ? { byColumn: 'Give a column the role Split: it says the part of each row.' }
      : {}),
  };
}
