/** One column of the table as a line of its own: what it is, what it is for, what becomes of it. */
import { memo } from 'react';
import type { AttrSchema } from '#engine/ir/attrs.ts';
import { own } from '#engine/ir/record.ts';
import { formatInteger, formatPercent } from '#renderer/ui/format.ts';
import { Icon } from '#renderer/ui/Icon.tsx';
import type { PartProps } from '../defineKind.ts';
import { CellMenu } from './CellMenu.tsx';
import {
  encodingChoices,
  encodingMenu,
  fillChoices,
  fillMenu,
  fillNow,
  roleMenu,
} from './columnMenus.ts';
import { isNumeric, TYPE_ICONS, TYPE_LABELS } from './columnWords.ts';
import { Distribution } from './Distribution.tsx';
import { isEncoding, stepFor } from './recipeEdits.ts';
import { isUsed, ROLE_LABELS } from './roles.ts';
import { recipeNow, type TableRow } from './useTableData.ts';

/** More is said loudly. */
const MUCH_MISSING = 0.5;
const NONE = <span className="t3">–</span>;

export interface ColumnRowProps {
  readonly part: PartProps<'table'>;
  readonly row: TableRow;
  readonly schema: AttrSchema;
  readonly top: number;
  readonly place: number;
  readonly isAt: boolean;
  /** The cell that Tab comes to. */
  readonly stop: string;
}

export const ColumnRow = memo(function ColumnRow(props: ColumnRowProps) {
  const { part, row, schema, top, place, isAt, stop } = props;
  const { column, findings, prepared } = row;
  const { rows } = part.profile;
  const { role, missing, name } = column;
  const [worst] = findings;
  const isFeature = role === 'feature';
  const share = rows > 0 ? missing / rows : 0;
  const tab = (cell: string): 0 | -1 => (isAt && cell === stop ? 0 : -1);
  return (
    <div
      role="row"
      className={`data-line${isAt ? ' on' : ''}${isUsed(column) ? '' : ' unused'}`}
      style={{ top }}
      data-index={place}
      aria-rowindex={place + 2}
      aria-selected={isAt}
    >
      <span role="rowheader" className="data-name">
        <button type="button" data-cell="name" tabIndex={tab('name')} title={name}>
          <Icon name={TYPE_ICONS[column.type]} size={14} />
          <span className="ellipsis">{name}</span>
        </button>
        {worst && (
          <span className={worst.severity === 'danger' ? 'danger' : 'warn'} title={worst.message}>
            <Icon name={worst.severity === 'danger' ? 'error' : 'warning'} size={12} />
            <span className="visually-hidden">{worst.message}</span>
          </span>
        )}
      </span>
      <span role="gridcell" className="ellipsis">
        {TYPE_LABELS[column.type]}
      </span>
      <span role="gridcell">
        <CellMenu
          label={`Role of ${name}: ${ROLE_LABELS[role]}`}
          cell="role"
          tabIndex={tab('role')}
          className={role === 'target' ? 'target' : ''}
          entries={() => roleMenu(part, row, schema)}
        >
          {role === 'target' && <Icon name="target" size={12} />}
          {ROLE_LABELS[role]}
        </CellMenu>
      </span>
      <span role="gridcell">
        {missing === 0 ? (
          <span className="t3">none</span>
        ) : (
          <span className={share > MUCH_MISSING ? 'data-missing much' : 'data-missing'}>
            <i>
              <i style={{ width: `${Math.max(4, share * 100)}%` }} />
            </i>
            {formatPercent(share)}
          </span>
        )}
      </span>
      <span role="gridcell">
        <Distribution column={column} rows={rows} />
      </span>
      <span role="gridcell" className="num">
        {column.distinctIsApproximate === true && '≈ '}
        {formatInteger(column.distinct)}
      </span>
      <span role="gridcell" className="data-encoding">
        {isFeature && own(schema, 'recipe') ? (
          <CellMenu
            label={`Encoding of ${name}: ${encodingNow(props)}`}
            cell="encoding"
            tabIndex={tab('encoding')}
            entries={() => encodingMenu(part, row, schema)}
          >
            {encodingNow(props)}
          </CellMenu>
        ) : role === 'target' ? (
          <span className="t2">{targetWords(part)}</span>
        ) : (
          NONE
        )}
      </span>
      <span role="gridcell">
        {isFeature && own(schema, 'recipe') ? (
          <CellMenu
            label={`Missing values of ${name}: ${fillWords(props)}`}
            cell="fill"
            tabIndex={tab('fill')}
            className={missing === 0 ? 'idle' : ''}
            entries={() => fillMenu(part, row)}
          >
            {fillWords(props)}
          </CellMenu>
        ) : role === 'target' && missing > 0 ? (
          <span className="t2">Drop rows</span>
        ) : (
          NONE
        )}
      </span>
      <span role="gridcell" className="num">
        {role === 'target' ? 'y' : isFeature && prepared ? prepared.slots.length : NONE}
      </span>
    </div>
  );
});

const targetWords = ({ profile }: PartProps<'table'>): string =>
  profile.task === 'classification' ? 'Class label' : 'Number';

/** What the source does by itself is named by what it makes. */
function encodingNow({ part, row, schema }: ColumnRowProps): string {
  const step = stepFor(recipeNow(part.data), row.column.name, isEncoding)?.step ?? null;
  const found = encodingChoices(row.column, schema).find((choice) => choice.step === step);
  if (step !== null) return found?.label ?? step;
  const slots = row.prepared?.slots ?? [];
  if (slots.length === 0) return 'Automatic';
  const { type } = row.column;
  return type === 'date' ? 'Year' : isNumeric(row.column) ? 'Number' : 'One-hot';
}

function fillWords({ part, row: { column } }: ColumnRowProps): string {
  const { data, profile } = part;
  const missing = own(data.options, 'missing') === 'mean' ? 'mean' : 'drop';
  const now = fillNow(part, column);
  if (now === 'rows') return missing === 'mean' ? 'Mean' : 'Drop rows';
  return fillChoices(column, profile.rows, missing).find(({ id }) => id === now)?.label ?? now;
}
