/** What the engine said about the run on show, newest last, following unless scrolled back. */
import { useLayoutEffect, useRef } from 'react';
import { useStore } from 'zustand';
import type { RunLogEntry } from '#engine/protocol/run.ts';
import { definePanel } from '../app/definePanel.ts';
import { runs, runStore } from '../state/runs.ts';
import { lowerBound, type RunSeries } from '../state/series.ts';
import { selectNode } from '../state/selectNode.ts';
import { timeline, type TimelineStep } from '../state/timeline.ts';
import { formatDuration, formatInteger } from '../ui/format.ts';
import './panels.css';

/** Further back the run record has it. */
const MOST_SHOWN = 400;

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
  const whole = useStore(runStore, (state) => state.log);
  const step = useStore(timeline.store, (state) => state.step);
  const log = logAt(whole, step, runs.series());
  const later = whole.length - log.length;
  const started = useStore(runStore, (state) => state.shownRunId !== null);
  const list = useRef<HTMLOListElement>(null);
  const follows = useRef(true);
  useLayoutEffect(() => {
    if (follows.current && list.current) list.current.scrollTop = list.current.scrollHeight;
  }, [log.length]);
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
    <ol
      ref={list}
      className="log scroll"
      // A scroll area must be reachable by keyboard.
      tabIndex={0}
      aria-label="Log"
      onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
        follows.current = scrollHeight - scrollTop - clientHeight < 24;
      }}
    >
      {log.slice(-MOST_SHOWN).map((entry, index) => (
        <li key={Math.max(0, log.length - MOST_SHOWN) + index} className={entry.level}>
          <time>{formatDuration(entry.timeMs)}</time>
          <span className="level">{entry.level}</span>
          <span className="message">
            {entry.node !== undefined && <NodeLink id={entry.node} />}
            {entry.message}
          </span>
        </li>
      ))}
      {later > 0 && (
        <li key="later" className="later">
          {later === 1 ? 'One entry is' : `${formatInteger(later)} entries are`} of later than step{' '}
          {formatInteger(Number(step))}.
        </li>
      )}
    </ol>
  );
}

function NodeLink({ id }: { readonly id: string }) {
  return (
    <button type="button" className="node-link mono" onClick={() => selectNode(id)}>
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
