/**
 * The window between title and status: panels around the canvas and the training bar, as dockview lays
 * them out. The one component that loads dockview; theme and differences in looks are in docking.css.
 */
import {
  DockviewReact,
  type DockviewApi,
  type DockviewTheme,
  type IDockviewPanelProps,
} from 'dockview-react';
import 'dockview-react/dist/styles/dockview.css';
import {
  createContext,
  useCallback,
  useContext,
  useEffect,
  useLayoutEffect,
  useRef,
  useSyncExternalStore,
  type ReactNode,
} from 'react';
import { ErrorBoundary } from 'react-error-boundary';
import { Failure } from '../app/Failure.tsx';
import { panelApplies, panels } from '../app/panels.ts';
import { documentStore } from '../state/document.ts';
import { attach, resize, setBarHeight } from './dock.ts';
import { DockTab } from './DockTab.tsx';
import { DockTools } from './DockTools.tsx';
import { CORE_COMPONENT, PANEL_COMPONENT } from './dockviewJson.ts';
import { watchHeaders } from './headers.ts';
import { CANVAS } from './layout.ts';
import { applyTo } from './moves.ts';
import { watchSashes } from './sashes.ts';
import './docking.css';

interface Core {
  readonly canvas: ReactNode;
  /** Training bar and run clock: as high as they are. */
  readonly training: ReactNode;
}
const CoreContext = createContext<Core>({ canvas: null, training: null });

const COMPONENTS = { [PANEL_COMPONENT]: Panel, [CORE_COMPONENT]: CorePart };
const THEME: DockviewTheme = {
  name: 'netloom',
  className: 'docking-theme',
  dndOverlayMounting: 'absolute',
  dndPanelOverlay: 'group',
  dndTabIndicator: 'line',
};

export function Docking({ canvas, training }: Core) {
  const host = useRef<HTMLElement>(null);
  const api = useRef<DockviewApi>(null);
  useEffect(() => {
    const element = host.current;
    if (!element || !api.current) return;
    const detach = attach(api.current, panels);
    const stops = [
      detach,
      watchHeaders(element),
      watchSashes(element, api.current),
      followDocument(),
      followSize(element),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }, []);
  return (
    <CoreContext value={{ canvas, training }}>
      <main ref={host} className="docking">
        <DockviewReact
          components={COMPONENTS}
          defaultTabComponent={DockTab}
          rightHeaderActionsComponent={DockTools}
          theme={THEME}
          disableAutoResizing
          disableTabsOverflowList
          scrollbars="native"
          floatingGroupBounds="boundedWithinViewport"
          onReady={(event) => {
            api.current = event.api;
          }}
        />
      </main>
    </CoreContext>
  );
}

/** What a network has nothing for is not there. */
function followDocument(): () => void {
  let known: unknown = null;
  const follow = (): void => {
    const { analysis } = documentStore.getState();
    if (analysis === known) return;
    known = analysis;
    applyTo(analysis, panelApplies, panels);
  };
  follow();
  return documentStore.subscribe(follow);
}

function followSize(element: HTMLElement): () => void {
  const observer = new ResizeObserver(() => resize(element.clientWidth, element.clientHeight));
  observer.observe(element);
  return () => observer.disconnect();
}

/** A panel that cannot be seen is not there: it does no work. */
function Panel({ api }: IDockviewPanelProps) {
  const visible = useSyncExternalStore(
    useCallback(
      (changed: () => void) => {
        const listening = api.onDidVisibilityChange(changed);
        return () => listening.dispose();
      },
      [api],
    ),
    () => api.isVisible,
  );
  const panel = panels.find(({ id }) => id === api.id);
  if (!visible || !panel) return null;
  return (
    <div className="dock-body">
      <ErrorBoundary FallbackComponent={Failure}>
        <panel.Component />
      </ErrorBoundary>
    </div>
  );
}

const NAMING = ['role', 'aria-label', 'aria-labelledby', 'tabindex'];
const FRAMES = ['.dv-content-container', '.dv-groupview'];

/**
 * No tab belongs to this part, and what is in it has names and roles of its own: those that its frames are given are
 * taken away, also when they are given them anew because panels come and go, and when it is put into other frames.
 */
function keepUnnamed(part: Element, api: IDockviewPanelProps['api']): () => void {
  const unname = (): void => {
    for (const frame of frames) for (const name of NAMING) frame.removeAttribute(name);
  };
  const observer = new MutationObserver(unname);
  let frames: readonly Element[] = [];
  const follow = (): void => {
    observer.disconnect();
    frames = FRAMES.flatMap((frame) => part.closest(frame) ?? []);
    for (const frame of frames) observer.observe(frame, { attributeFilter: ['aria-label'] });
    unname();
  };
  follow();
  // It is put into its new frames after that is said.
  const moves = api.onDidGroupChange(() => requestAnimationFrame(follow));
  return () => {
    moves.dispose();
    observer.disconnect();
  };
}

/** Canvas and training bar: in the layout, and no tabs. */
function CorePart({ api }: IDockviewPanelProps) {
  const core = useContext(CoreContext);
  const element = useRef<HTMLDivElement>(null);
  const isCanvas = api.id === CANVAS;
  useLayoutEffect(() => {
    const part = element.current;
    if (!part) return;
    const letBeNamed = keepUnnamed(part, api);
    const sizing = isCanvas ? null : new ResizeObserver(() => setBarHeight(part.offsetHeight));
    sizing?.observe(part);
    return () => {
      letBeNamed();
      sizing?.disconnect();
    };
  }, [api, isCanvas]);
  return (
    <div ref={element} className={isCanvas ? 'dock-canvas' : 'dock-training'}>
      {isCanvas ? core.canvas : core.training}
    </div>
  );
}
