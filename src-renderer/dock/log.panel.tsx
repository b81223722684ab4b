/** What the engine said about the run on show, newest last, following unless scrolled back. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { useLayoutEffect, useRef, useSyncExternalStore } from 'react';
import type { RunLogEntry } from '#engine/protocol/run.ts';
import { definePanel } from '../app/definePanel.ts';
import { useDocuments } from '../state/documentSession.ts';
import { useRunView, useShownRun, useStep } from '../state/runView.ts';
import { lowerBound, type RunSeries } from '../state/series.ts';
import { selectNode } from '../state/selectNode.ts';
import type { TimelineStep } from '../state/timeline.ts';
import { formatDuration, formatInteger } from '../ui/format.ts';
import './log.css';

/** Of an entry of one line; longer ones are measured. */
const LINE_HEIGHT = 20;

/** What had been said when the clock's step was done. */
export function logAt(
  log: readonly RunLogEntry[],
  step: TimelineStep,
  { train }: RunSeries,
): readonly RunLogEntry[] {
  if (step === 'live') return log;
  const row = lowerBound(train.column('step'), step + 1) - 1;
  const timeMs = train.column('timeMs')[row];
  return timeMs === undefined ? log : log.filter((entry) => entry.timeMs <= timeMs);
}

function Log() {
  const view = useRunView();
  const whole = useSyncExternalStore(
    (changed) => view.subscribe(changed),
    () => view.log(),
  );
  const step = useStep();
  const log = logAt(whole, step, view.series());
  const later = whole.length - log.length;
  const started = useShownRun((run) => run !== null);
  const list = useRef<HTMLDivElement>(null);
  const follows = useRef(true);
  const { length } = log;
  const rows = useVirtualizer({
    count: length,
    getScrollElement: () => list.current,
    estimateSize: () => LINE_HEIGHT,
    overscan: 12,
  });
  const height = rows.getTotalSize();
  useLayoutEffect(() => {
    if (follows.current && list.current) list.current.scrollTop = list.current.scrollHeight;
  }, [length, height]);
  if (log.length === 0) {
    return (
      <div className="empty">
        <p>
          {later > 0
            ? `Nothing had been told by step ${formatInteger(Number(step))}.`
            : started
              ? 'Nothing to tell so far.'
              : 'What a run has to tell is written here.'}
        </p>
      </div>
    );
  }
  return (
    <div
      ref={list}
      className="log scroll"
      // A scroll area must be reachable by keyboard.
      tabIndex={0}
      // The panel is the region of this name.
      role="group"
      aria-label="Lines of the log"
      onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
        follows.current = scrollHeight - scrollTop - clientHeight < 24;
      }}
    >
      <ol className="virtual" style={{ height }}>
        {rows.getVirtualItems().map(({ index, key, start }) => {
          const entry = log[index];
          return (
            entry && (
              <li
                key={key}
                ref={rows.measureElement}
                data-index={index}
                aria-setsize={length}
                aria-posinset={index + 1}
                className={entry.level}
                style={{ transform: `translateY(${start}px)` }}
              >
                <time>{formatDuration(entry.timeMs)}</time>
                <span className="level">{entry.level}</span>
                <span className="message">
                  {entry.node !== undefined && <NodeLink id={entry.node} />}
                  {entry.message}
                </span>
              </li>
            )
          );
        })}
      </ol>
      {later > 0 && (
        <p className="later">
          {later === 1 ? 'One entry is' : `${formatInteger(later)} entries are`} of later than step{' '}
          {formatInteger(Number(step))}.
        </p>
      )}
    </div>
  );
}

function NodeLink({ id }: { readonly id: string }) {
  const documents = useDocuments();
  return (
    <button type="button" className="node-link mono" onClick={() => selectNode(id, documents)}>
      {id}
    </button>
  );
}

export default definePanel({
  id: 'log',
  title: 'Log',
  place: 'bottomRight',
  order: 30,
  Component: Log,
});
