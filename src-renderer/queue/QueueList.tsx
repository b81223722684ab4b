/** What trains, what waits in its order, and what is over; with what one can do about each. */
import { useState, type DragEvent, type KeyboardEvent } from 'react';
import { toast } from 'sonner';
import { useStore } from 'zustand';
import { errorMessage } from '#engine/ir/errors.ts';
import { own } from '#engine/ir/record.ts';
import type { QueueEntry } from '#engine/protocol/appContract.ts';
import { isOver, type QueueEntryState } from '#engine/protocol/queueState.ts';
import type { QueueProgress } from '#engine/runs/queueTime.ts';
import { runs, runStore } from '../state/runs.ts';
import { progressShare } from '../training/controls.ts';
import { Button, IconButton } from '../ui/Button.tsx';
import { formatDuration, formatInteger, formatPercent } from '../ui/format.ts';
import { Icon, type IconName } from '../ui/Icon.tsx';
import { AtOnceLimit } from './AtOnceLimit.tsx';
import { DiskLimit } from './DiskLimit.tsx';
import { NotifySwitch } from './NotifySwitch.tsx';
import { queue } from './queueStore.ts';
import { isTight, queueLine, roomText } from './queueText.ts';

/** More are counted; whoever has so many looks at them in Runs. */
const MOST_SHOWN = 200;

const STATES: Readonly<Record<QueueEntryState, { icon: IconName; label: string }>> = {
  waiting: { icon: 'clock', label: 'Waiting' },
  running: { icon: 'play', label: 'Training' },
  finished: { icon: 'check', label: 'Finished' },
  stopped: { icon: 'stop', label: 'Stopped' },
  failed: { icon: 'error', label: 'Failed' },
  cancelled: { icon: 'close', label: 'Taken out' },
  setAside: { icon: 'warning', label: 'Set aside' },
};

const tell = (error: unknown): void => void toast.error(errorMessage(error));

export function QueueList({ progress }: { readonly progress: QueueProgress }) {
  const { entries, hold, room } = useStore(queue.store);
  const [dragged, setDragged] = useState<string | null>(null);
  const [announced, setAnnounced] = useState('');
  const shown = entries.slice(Math.max(0, entries.findIndex(({ state }) => !isOver(state)) - 50));
  const line = queueLine(progress, hold, room);
  const onMoved = (name: string): void => setAnnounced(`${name} moved`);
  return (
    <>
      <header className="queue-head">
        <b>Queue</b>
        <span>{progress.total === 0 ? (hold ? 'held' : 'empty') : line.text}</span>
        <span className="grow" />
        {queue.hasOver() && (
          <Button small variant="quiet" onClick={() => void queue.clear().catch(tell)}>
            Clear finished
          </Button>
        )}
        <Button
          small
          icon={hold ? 'play' : 'pause'}
          onClick={() => void (hold ? queue.release() : queue.hold()).catch(tell)}
        >
          {hold ? 'Go on' : 'Hold'}
        </Button>
      </header>
      {progress.total > 0 && (
        <div
          className="queue-bar"
          role="progressbar"
          aria-label="Progress of the queue"
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={Math.round(progress.share * 100)}
        >
          <i style={{ transform: `scaleX(${progress.share})` }} />
        </div>
      )}
      {hold && hold.message !== '' && <p className="queue-note warn">{hold.message}</p>}
      {room && !hold && isTight(room) && <p className="queue-note warn">{roomText(room)}</p>}
      {entries.length === 0 ? (
        <p className="queue-note">
          Nothing waits. Add networks with the button beside Train: they are trained in their order,
          small ones side by side, also while this window is closed.
        </p>
      ) : (
        <ol className="queue-list" aria-label="Entries of the queue">
          {shown.slice(0, MOST_SHOWN).map((entry) => (
            <Row
              key={entry.id}
              entry={entry}
              dragged={dragged}
              onDrag={setDragged}
              onMoved={onMoved}
            />
          ))}
          {shown.length > MOST_SHOWN && (
            <li className="queue-note">{formatInteger(shown.length - MOST_SHOWN)} more</li>
          )}
        </ol>
      )}
      <span className="visually-hidden" role="status">
        {announced}
      </span>
      <footer className="queue-foot">
        <AtOnceLimit />
        <DiskLimit />
        <NotifySwitch />
      </footer>
    </>
  );
}

function Row(props: {
  readonly entry: QueueEntry;
  readonly dragged: string | null;
  readonly onDrag: (id: string | null) => void;
  readonly onMoved: (name: string) => void;
}) {
  const { entry, dragged, onDrag, onMoved } = props;
  const { id, name, state, reason, elsewhere } = entry;
  const movable = state === 'waiting' && !elsewhere;
  const onKeyDown = (event: KeyboardEvent): void => {
    const places = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : 0;
    if (places === 0 || !movable) return;
    event.preventDefault();
    queue.moveBy(id, places).then(() => onMoved(name), tell);
  };
  // Above or below its middle: before it or after it, so that the end can be reached, too.
  const [drop, setDrop] = useState<'before' | 'after' | null>(null);
  const placeOf = ({ currentTarget, clientY }: DragEvent): 'before' | 'after' => {
    const { top, height } = currentTarget.getBoundingClientRect();
    return clientY > top + height / 2 ? 'after' : 'before';
  };
  const onDragOver = (event: DragEvent): void => {
    event.preventDefault();
    setDrop(placeOf(event));
  };
  const onDrop = (event: DragEvent): void => {
    event.preventDefault();
    const order = queue.waiting().filter((other) => other !== dragged);
    // Where it is let go, not where it was last seen to be: that may not have been drawn yet.
    const before = placeOf(event) === 'after' ? (order[order.indexOf(id) + 1] ?? null) : id;
    setDrop(null);
    if (dragged !== null && dragged !== id) {
      queue.move(dragged, before).then(() => onMoved(nameOf(dragged)), tell);
    }
    onDrag(null);
  };
  const { icon, label } = STATES[state];
  return (
    <li
      className={`queue-row ${state}`}
      data-entry={id}
      draggable={movable}
      data-drop={drop ?? undefined}
      data-dragged={dragged === id || undefined}
      onDragStart={(event) => {
        // Some browsers drag nothing without it.
        event.dataTransfer.setData('text/plain', name);
        event.dataTransfer.effectAllowed = 'move';
        onDrag(id);
      }}
      onDragEnd={() => onDrag(null)}
      {...(movable && dragged !== null
        ? { onDragOver, onDragLeave: () => setDrop(null), onDrop }
        : {})}
    >
      {movable ? (
        <button
          type="button"
          className="queue-grip"
          aria-label={`Move ${name}: arrow up, arrow down`}
          onKeyDown={onKeyDown}
        >
          <Icon name="grip" size={12} />
        </button>
      ) : (
        <Icon name={icon} size={12} />
      )}
      <span className="queue-name ellipsis" title={name}>
        {name}
      </span>
      <span className="queue-state ellipsis" title={reason ?? ''}>
        <RowState entry={entry} label={elsewhere ? `${label} elsewhere` : label} />
      </span>
      <Actions entry={entry} />
    </li>
  );
}

const nameOf = (id: string): string =>
  queue.store.getState().entries.find((entry) => entry.id === id)?.name ?? '';

function RowState({ entry, label }: { readonly entry: QueueEntry; readonly label: string }) {
  const run = useStore(runStore, ({ runs: known }) =>
    entry.state === 'running' && entry.runId !== null ? own(known, entry.runId) : undefined,
  );
  if (run) return <>{`${label} ${formatPercent(progressShare(run.progress), 0)}`}</>;
  if (entry.state === 'finished' && entry.elapsedMs !== null) {
    return <>{formatDuration(entry.elapsedMs)}</>;
  }
  return <>{entry.reason === null ? label : `${label}: ${entry.reason}`}</>;
}

function Actions({ entry }: { readonly entry: QueueEntry }) {
  const { id, name, state, runId, elsewhere } = entry;
  return (
    <span className="queue-actions">
      {runId !== null && (state === 'running' || isOver(state)) && (
        <IconButton
          small
          icon="chart"
          label={`Show the run of ${name}`}
          onClick={() => void runs.show(runId).catch(tell)}
        />
      )}
      {isOver(state) && state !== 'finished' && (
        <IconButton
          small
          icon="redo"
          label={`Try ${name} again`}
          onClick={() => void queue.retry([id]).catch(tell)}
        />
      )}
      {!isOver(state) && !elsewhere && (
        <IconButton
          small
          icon={state === 'running' ? 'stop' : 'close'}
          label={state === 'running' ? `Stop ${name}` : `Take ${name} out of the queue`}
          onClick={() => void queue.cancel([id]).catch(tell)}
        />
      )}
    </span>
  );
}
