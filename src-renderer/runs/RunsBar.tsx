/** Above the table: what is found, how it is grouped, which columns there are, and Compare. */
import { useStore } from 'zustand';
import { openDialog } from '../app/appStore.ts';
import { commandMenu } from '../commands/menus.ts';
import { commands } from '../commands/registry.ts';
import { showView } from '../state/frontView.ts';
import { runList } from '../state/runList.ts';
import { viewStore } from '../state/view.ts';
import { Button, IconButton } from '../ui/Button.tsx';
import { Icon } from '../ui/Icon.tsx';
import { formatCount } from '../ui/format.ts';
import { Menu, type MenuEntry } from '../ui/Menu.tsx';
import { Tooltip } from '../ui/Tooltip.tsx';
import { chosenThatAre, compare, whyNotCompare } from './actions.ts';
import type { Catalogue } from './catalogue.ts';
import { columnOf } from './columns.ts';
import { FilterField } from './FilterField.tsx';
import type { Search } from '#engine/runs/index.ts';
import { changeTable, tableState, useTable } from './tableState.ts';

/** What is chosen, or the run at the cursor. */
const FILES = ['runs.export', 'runs.import'];

export function RunsBar({
  catalogue,
  found,
}: {
  readonly catalogue: Catalogue;
  readonly found: Search;
}) {
  const groups = useTable((table) => table.groups);
  const details = useTable((table) => table.details);
  const label = groups.map((id) => columnOf(id).label).join(', then ') || 'Nothing';
  return (
    <div className="runs-bar" role="toolbar" aria-label="Table of runs">
      <FilterField catalogue={catalogue} found={found} />
      <span className="grow" />
      <Menu entries={() => groupMenu(catalogue)} align="end">
        <button type="button" className="button runs-group">
          <span className="t3">Group by</span>
          <span className="ellipsis">{label}</span>
          <Icon name="chevronDown" size={12} />
        </button>
      </Menu>
      <ArchivedSwitch putAway={found.putAway} />
      <Button icon="sweep" aria-label="Sweeps" onClick={() => showView('sweeps')}>
        <span className="runs-word">Sweeps</span>
      </Button>
      <Button icon="columns" aria-label="Columns" onClick={() => openDialog('runColumns')}>
        <span className="runs-word">Columns</span>
      </Button>
      {commands().has('runs.export') && (
        <Menu entries={() => commandMenu(FILES)} align="end">
          <Button icon="export" aria-label="Export and import">
            <span className="runs-word">Export</span>
          </Button>
        </Menu>
      )}
      <IconButton
        icon="panelRight"
        label="Details"
        pressed={details}
        onClick={() => changeTable({ details: !details })}
      />
      <CompareButton />
    </div>
  );
}

/** Only where there is something to show or to hide again. */
function ArchivedSwitch({ putAway }: { readonly putAway: number }) {
  const shows = useTable((table) => table.archived);
  if (!shows && putAway === 0) return null;
  return (
    <IconButton
      icon="archive"
      label={shows ? 'Hide archived runs' : `Show ${formatCount(putAway, 'archived run')}`}
      pressed={shows}
      onClick={() => changeTable({ archived: !shows })}
    />
  );
}

function CompareButton() {
  const chosen = useStore(viewStore, (view) => view.chosenRuns);
  const byId = useStore(runList.store, (list) => list.byId);
  const count = chosenThatAre(chosen, byId).length;
  const why = whyNotCompare(count);
  return (
    <Tooltip text={why ?? 'Side by side, in the order in which they were chosen'}>
      <Button variant="primary" aria-disabled={why !== null} onClick={compare}>
        {count > 0 ? `Compare ${count}` : 'Compare'}
        {why !== null && <span className="visually-hidden">: {why}</span>}
      </Button>
    </Tooltip>
  );
}

/** What a run is of, and what it was set to where that differs. */
const OF_RUN = ['project', 'data', 'architecture', 'status', 'device', 'tags'];
/** More would be no menu any more; the column's own menu groups by any. */
const MOST_SETTINGS = 30;

function groupMenu(catalogue: Catalogue): readonly MenuEntry[] {
  const { groups, lineage } = tableState();
  const toggle = (id: string): void =>
    changeTable({
      groups: groups.includes(id) ? groups.filter((each) => each !== id) : [...groups, id],
      folded: [],
    });
  const entry = (id: string): MenuEntry => ({
    ...{ kind: 'item', id, title: columnOf(id).label, run: () => toggle(id) },
    checked: groups.includes(id),
  });
  const settings = catalogue.differing.slice(0, MOST_SETTINGS);
  const others = groups.filter((id) => ![...OF_RUN, ...settings].includes(id));
  return [
    {
      ...{ kind: 'item', id: 'none', title: 'Nothing', one: true, checked: groups.length === 0 },
      run: () => changeTable({ groups: [], folded: [] }),
    },
    {
      ...{ kind: 'item', id: 'lineage', title: 'Below what they began with' },
      checked: lineage,
      run: () => changeTable({ lineage: !lineage }),
    },
    { kind: 'line' },
    ...[...OF_RUN, ...others].map(entry),
    ...(settings.length > 0
      ? [{ kind: 'label', title: 'Settings that differ' } as const, ...settings.map(entry)]
      : []),
  ];
}
