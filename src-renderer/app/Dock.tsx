/** The dock: three groups of tabs side by side, or one of them over the whole width (double-click). */
import { useRef } from 'react';
import { ErrorBoundary } from 'react-error-boundary';
import { useStore } from 'zustand';
import { useDocument } from '../state/documentSession.ts';
import { viewStore } from '../state/view.ts';
import { IconButton } from '../ui/Button.tsx';
import { Splitter } from '../ui/Splitter.tsx';
import { Tabs } from '../ui/Tabs.tsx';
import type { PanelDefinition, PanelGroup } from './definePanel.ts';
import { Failure } from './Failure.tsx';
import { panelApplies, panels } from './panels.ts';

const GROUPS: readonly PanelGroup[] = ['left', 'middle', 'right'];
const GROUP_NAMES: Readonly<Record<PanelGroup, string>> = {
  left: 'Curves and histograms',
  middle: 'Gradients and confusion',
  right: 'Samples, problems and log',
};
const MIN_SHARE = 0.4;

export function Dock() {
  const shares = useStore(viewStore, (view) => view.dockShares);
  const wide = useStore(viewStore, (view) => view.dockWide);
  const root = useRef<HTMLDivElement>(null);
  const total = shares[0] + shares[1] + shares[2];
  const shown = wide === null ? GROUPS : [wide];

  /** Moves the line between two groups, by px. */
  const resize = (index: 0 | 1, size: number): void => {
    const width = root.current?.clientWidth ?? 1;
    const next: [number, number, number] = [...shares];
    const pair = next[index] + next[index + 1]!;
    const share = Math.min(pair - MIN_SHARE, Math.max(MIN_SHARE, (size / width) * total));
    next[index] = share;
    next[index + 1] = pair - share;
    viewStore.setState({ dockShares: next });
  };
  const reset = (): void => viewStore.setState({ dockShares: [1.2, 1.11, 1.05] });
  const percent = (upTo: number): number =>
    (shares.slice(0, upTo).reduce((sum, share) => sum + share, 0) / total) * 100;

  return (
    <div
      ref={root}
      className="dock"
      style={{
        gridTemplateColumns:
          wide === null ? shares.map((share) => `minmax(0, ${share}fr)`).join(' ') : '1fr',
      }}
    >
      {shown.map((group) => (
        <Group key={group} group={group} wide={wide !== null} />
      ))}
      {wide === null &&
        ([0, 1] as const).map((index) => (
          <Splitter
            key={index}
            direction="vertical"
            label={`Width of ${GROUP_NAMES[GROUPS[index] ?? 'left'].toLowerCase()}`}
            size={Math.round(((root.current?.clientWidth ?? 900) * shares[index]) / total)}
            min={120}
            max={2000}
            sign={1}
            style={{ left: `calc(${percent(index + 1)}% - 4px)` }}
            onResize={(size) => resize(index, size)}
            onReset={reset}
          />
        ))}
    </div>
  );
}

function Group({ group, wide }: { readonly group: PanelGroup; readonly wide: boolean }) {
  // Over the whole width every panel can be reached.
  const missing = useDocument(({ analysis }) =>
    panels.flatMap((panel) => (panelApplies(panel, analysis) ? [] : [panel.id])).join(' '),
  );
  const members = panels.filter(
    ({ id, group: own }) => (wide || own === group) && !missing.split(' ').includes(id),
  );
  const front = useStore(viewStore, (view) => view.dockFront[group]);
  const active: PanelDefinition | undefined =
    members.find((panel) => panel.id === front) ??
    members.find((panel) => panel.group === group) ??
    members[0];
  if (!active) return null;
  const Tools = active.tools;
  const toggleWide = (): void => viewStore.setState({ dockWide: wide ? null : group });
  return (
    <section className="panel" aria-label={GROUP_NAMES[group]}>
      <Tabs
        label={GROUP_NAMES[group]}
        items={members.map((panel) => ({
          id: panel.id,
          title: panel.title,
          badge: panel.badge ? <panel.badge /> : undefined,
        }))}
        active={active.id}
        panelId={`dock-${group}`}
        onDoubleClick={toggleWide}
        onChange={(id) =>
          viewStore.setState(({ dockFront }) => ({ dockFront: { ...dockFront, [group]: id } }))
        }
        tools={
          <>
            {Tools && <Tools />}
            <IconButton
              icon={wide ? 'shrink' : 'expand'}
              label={wide ? 'Side by side' : 'Over the whole width'}
              small
              onClick={toggleWide}
            />
          </>
        }
      />
      <div className="dock-body" id={`dock-${group}`} role="tabpanel" aria-label={active.title}>
        <ErrorBoundary FallbackComponent={Failure} resetKeys={[active.id]}>
          <active.Component />
        </ErrorBoundary>
      </div>
    </section>
  );
}
