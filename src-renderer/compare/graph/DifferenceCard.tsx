/** The card of a node in the picture of two graphs: what it is, and of what differs both values. */
import { useContext } from 'react';
import { useStore } from 'zustand';
import { layers } from '#engine/layers/index.ts';
import { titleOf } from '#renderer/state/selectors.ts';
import { Icon } from '#renderer/ui/Icon.tsx';
import { cardTitle } from '#engine/drawing/cardTitle.ts';
import { layerIcon } from '#engine/drawing/layerIcons.ts';
import { cardHumps } from '#renderer/ui/humps.tsx';
import { layerColor } from '#renderer/ui/layerLook.tsx';
import { RunDot } from '../RunDot.tsx';
import { SIGNS } from './differences.ts';
import type { PlacedNode } from './differenceLayout.ts';
import { graphStore, OfAllContext } from './graphStore.ts';

/** Lines that a card has room for. */
const MOST_LINES = 3;
/** Of so many runs the dots are told apart. */
const MOST_DOTS = 4;

/** The sign of what differs stands beside the kind, as wide as a name of so many letters. */
const SIGN_ROOM = '~~~';

export function DifferenceCard({ placed }: { readonly placed: PlacedNode }) {
  const { key, kind, node, before, changes, summary } = placed;
  const isCurrent = useStore(graphStore, ({ current }) => current === key);
  const all = useContext(OfAllContext)(before ?? node).slice(0, MOST_LINES);
  const definition = layers.get(node.type);
  const shown = changes.length > MOST_LINES ? changes.slice(0, MOST_LINES - 1) : changes;
  const { lines, sizePx } = cardTitle(node.type, kind === 'same' ? '' : SIGN_ROOM);
  const wasCalled = before && before.id !== node.id && kind !== 'removed' ? before.id : null;
  return (
    <div
      className={`difference-card ${kind}`}
      data-current={isCurrent || undefined}
      data-others={(kind === 'same' && all.length > 0) || undefined}
      style={{ '--category': layerColor(definition) }}
    >
      <header style={{ '--title-size': `${sizePx}px` }}>
        <Icon name={layerIcon(definition)} size={14} />
        <b className={lines.length > 1 ? 'long' : undefined}>{cardHumps(node.type)}</b>
      </header>
      <p className="difference-name">
        {wasCalled !== null && <del>{wasCalled}</del>} {titleOf(node)}
      </p>
      {changes.length === 0 && all.length === 0 && <p className="difference-summary">{summary}</p>}
      {all.length > 0 && (
        <ul>
          {all.map(({ key: path, label, values }) => (
            <li key={path} className="difference-all">
              <span>{label}</span>
              {values.map(({ text, runs }) => (
                <b key={text} title={`${runs.map(({ name }) => name).join(', ')}: ${text}`}>
                  {runs.slice(0, MOST_DOTS).map((run) => (
                    <RunDot key={run.id} run={run} />
                  ))}
                  {text}
                </b>
              ))}
            </li>
          ))}
        </ul>
      )}
      <ul hidden={all.length > 0}>
        {shown.map(({ key: path, label, was, now }) => (
          <li key={path} title={`${label}: ${was} → ${now}`}>
            <span>{label}</span>
            <b>
              {was} → {now}
            </b>
          </li>
        ))}
        {shown.length < changes.length && <li>and {changes.length - shown.length} more</li>}
      </ul>
      {kind !== 'same' && (
        <span className={`difference-sign ${kind}`} role="img" aria-label={kind}>
          {SIGNS[kind]}
        </span>
      )}
    </div>
  );
}
