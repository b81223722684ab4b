/** Where the parts of the window go. Panels keep their width; canvas and dock take the rest. */
import { useEffect, useState, type ReactNode } from 'react';
import { useStore } from 'zustand';
import { runStore, shownRun } from '../state/runs.ts';
import { DOCK_DEFAULT, viewStore, type View } from '../state/view.ts';
import { Splitter } from '../ui/Splitter.tsx';

const LEFT = { min: 140, max: 400, normal: 168 } as const;
const RIGHT = { min: 232, max: 520, normal: 272 } as const;
/** As tokens.css has them. */
const TRAINING_BAR = 44;
const RUN_CLOCK = 40;
const DOCK = { min: 140, canvasLeft: 160 } as const;

export function Frame(props: {
  readonly left: ReactNode;
  readonly canvas: ReactNode;
  readonly training: ReactNode;
  readonly dock: ReactNode;
  readonly right: ReactNode;
}) {
  const view = useStore(viewStore);
  const height = useWindowHeight();
  const dockHeight = Math.min(
    view.dockHeight ?? defaultDockHeight(height),
    Math.max(DOCK.min, height - DOCK.canvasLeft - 64),
  );
  const set = (change: Partial<View>): void => viewStore.setState(change);
  const left = view.leftOpen ? view.leftWidth : 0;
  const right = view.rightOpen ? view.rightWidth : 0;
  const clock = useStore(runStore, (runs) => (shownRun(runs)?.progress.totalSteps ?? 0) > 0);
  const bottom = (view.dockOpen ? dockHeight : TRAINING_BAR) + (clock ? RUN_CLOCK : 0);
  return (
    <main
      className="frame"
      style={{
        gridTemplateColumns: `${left}px minmax(0, 1fr) ${right}px`,
        gridTemplateRows: `minmax(0, 1fr) ${bottom}px`,
      }}
    >
      {view.leftOpen && <div className="frame-left">{props.left}</div>}
      <div className="frame-canvas">{props.canvas}</div>
      <section className="frame-dock" aria-label="Dock">
        {props.training}
        {view.dockOpen && props.dock}
      </section>
      {view.rightOpen && <div className="frame-right">{props.right}</div>}
      {view.leftOpen && (
        <Splitter
          direction="vertical"
          label="Width of the left panel"
          size={view.leftWidth}
          min={LEFT.min}
          max={LEFT.max}
          sign={1}
          style={{ left: left - 4, bottom }}
          onResize={(leftWidth) => set({ leftWidth })}
          onReset={() => set({ leftWidth: LEFT.normal })}
        />
      )}
      {view.rightOpen && (
        <Splitter
          direction="vertical"
          label="Width of the inspector"
          size={view.rightWidth}
          min={RIGHT.min}
          max={RIGHT.max}
          sign={-1}
          style={{ right: right - 4 }}
          onResize={(rightWidth) => set({ rightWidth })}
          onReset={() => set({ rightWidth: RIGHT.normal })}
        />
      )}
      {view.dockOpen && (
        <Splitter
          direction="horizontal"
          label="Height of the dock"
          size={dockHeight}
          min={DOCK.min}
          max={Math.max(DOCK.min, height - DOCK.canvasLeft - 64)}
          sign={-1}
          style={{ bottom: bottom - 4, right }}
          onResize={(next) => set({ dockHeight: next })}
          onReset={() => set({ dockHeight: null })}
        />
      )}
    </main>
  );
}

function defaultDockHeight(windowHeight: number): number {
  const { share, min, max } = DOCK_DEFAULT;
  return Math.round(Math.min(max, Math.max(min, windowHeight * share)));
}

function useWindowHeight(): number {
  const [height, setHeight] = useState(window.innerHeight);
  useEffect(() => {
    const update = (): void => setHeight(window.innerHeight);
    window.addEventListener('resize', update);
    return () => window.removeEventListener('resize', update);
  }, []);
  return height;
}
