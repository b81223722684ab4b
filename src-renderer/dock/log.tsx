/** What the engine said about the run on show, newest last, following unless scrolled back. */
import { useLayoutEffect, useRef } from 'react';
import { useStore } from 'zustand';
import { definePanel } from '../app/definePanel.ts';
import { runStore } from '../state/runs.ts';
import { selectNode } from '../state/selectNode.ts';
import { formatDuration } from '../ui/format.ts';
import './panels.css';

/** Further back the run record has it. */
const MOST_SHOWN = 400;

function Log() {
  const log = useStore(runStore, (state) => state.log);
  const started = useStore(runStore, (state) => state.shownRunId !== null);
  const list = useRef<HTMLOListElement>(null);
  const follows = useRef(true);
  useLayoutEffect(() => {
    if (follows.current && list.current) list.current.scrollTop = list.current.scrollHeight;
  }, [log]);
  if (log.length === 0) {
    return (
      <div className="empty">
        <p>{started ? 'Nothing to tell so far.' : 'What a run has to tell is written here.'}</p>
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

export default definePanel({ id: 'log', title: 'Log', group: 'right', order: 30, Component: Log });
