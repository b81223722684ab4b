/** The cells of a row that draw more than a text: name, status, curve, tags. */
import { useEffect, useRef } from 'react';
import type { RunParent, RunRow } from '#engine/protocol/index.ts';
import { isStarred, shownTags } from '#engine/runs/index.ts';
import { runList } from '../state/runList.ts';
import { formatInteger } from '../ui/format.ts';
import { Icon } from '../ui/Icon.tsx';
import { rename, star } from './actions.ts';
import { doneShare, stateLook, statusText } from './cellText.ts';
import { CURVE, NAME, type RunColumn, STATUS, TAGS } from './columns.ts';
import { cursorStore } from './cursor.ts';
import { Sparkline } from './Sparkline.tsx';

export function Cell(props: {
  readonly run: RunRow;
  readonly column: RunColumn;
  /** It stands below the one that it began with. */
  readonly isChild: boolean;
  readonly isRenaming: boolean;
  readonly isBaseline: boolean;
}) {
  const { run, column } = props;
  switch (column.id) {
    case NAME:
      return <NameCell {...props} />;
    case STATUS:
      return <StatusCell run={run} />;
    case CURVE:
      return <Sparkline run={run} />;
    case TAGS:
      return (
        <span className="run-tags">
          {shownTags(run).map((tag) => (
            <span key={tag} className="run-tag">
              {tag}
            </span>
          ))}
        </span>
      );
    default:
      return column.text(run);
  }
}

function NameCell(props: {
  readonly run: RunRow;
  readonly isChild: boolean;
  readonly isRenaming: boolean;
  readonly isBaseline: boolean;
}) {
  const { run, isChild, isRenaming, isBaseline } = props;
  const isOn = isStarred(run);
  return (
    <>
      {isChild && <span className="runs-elbow" aria-hidden="true" />}
      <RunDot slot={run.colorSlot} />
      {isRenaming ? (
        <NameField run={run} />
      ) : (
        <span className="ellipsis" title={run.name}>
          {run.name}
        </span>
      )}
      {run.parent && <Parent parent={run.parent} />}
      {isBaseline && <small className="t3">baseline</small>}
      {run.archived && <small className="t3">archived</small>}
      <button
        type="button"
        tabIndex={-1}
        className={isOn ? 'run-star on' : 'run-star'}
        aria-label={`Star ${run.name}`}
        aria-pressed={isOn}
        onClick={(event) => {
          event.stopPropagation();
          void star([run]);
        }}
      >
        <Icon name="star" size={12} />
      </button>
    </>
  );
}

/** That it began with another run, and with which. */
function Parent({ parent }: { readonly parent: RunParent }) {
  const name = runList.store.getState().byId.get(parent.run)?.name ?? 'a run that is gone';
  const how = parent.trainedOn === true ? 'Trained on from' : 'Began with';
  const text = `${how} ${name}, step ${formatInteger(parent.step)}`;
  return (
    <span className="runs-parent" role="img" aria-label={text} title={text}>
      <Icon name="branch" size={12} />
    </span>
  );
}

/** The colour of a run, everywhere; from the ninth on colours come again. A group has that of its first run. */
export function RunDot(props: { readonly slot: number; readonly isGroup?: boolean }) {
  const { slot, isGroup = false } = props;
  const className = isGroup ? 'runs-dot group' : 'runs-dot';
  return <span className={className} style={{ background: `var(--run-${slot + 1})` }} />;
}

/** Enter and leaving take it over, Escape does not. */
function NameField({ run }: { readonly run: RunRow }) {
  const ref = useRef<HTMLInputElement>(null);
  useEffect(() => ref.current?.select(), []);
  const done = (isTaken: boolean): void => {
    if (isTaken && ref.current) void rename(run, ref.current.value);
    cursorStore.setState({ renaming: null });
  };
  return (
    <input
      ref={ref}
      className="run-name-field"
      aria-label={`Name of ${run.name}`}
      defaultValue={run.name}
      maxLength={200}
      autoFocus
      onClick={(event) => event.stopPropagation()}
      onBlur={() => done(true)}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key !== 'Enter' && event.key !== 'Escape') return;
        event.preventDefault();
        if (event.key === 'Escape' && ref.current) ref.current.value = run.name;
        event.currentTarget.closest<HTMLElement>('[role="row"]')?.focus();
      }}
    />
  );
}

export function StatusCell({ run }: { readonly run: RunRow }) {
  const { label, icon, tone } = stateLook(run.progress.state);
  const share = tone === 'accent' ? doneShare(run) : null;
  return (
    <span
      className={tone === undefined ? 'run-status' : `run-status is-${tone}`}
      title={run.elsewhere ? `${label} in another program` : (run.progress.reason ?? label)}
    >
      <Icon name={icon} size={12} />
      {statusText(run)}
      {share !== null && (
        <span className="run-progress">
          <i style={{ width: `${share * 100}%` }} />
        </span>
      )}
    </span>
  );
}
