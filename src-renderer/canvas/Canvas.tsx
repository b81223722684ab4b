/** The canvas: React Flow shows the document and reports gestures; the stores hold everything. */
import {
  ReactFlow,
  ReactFlowProvider,
  SelectionMode,
  useReactFlow,
  type EdgeChange,
  type EdgeTypes,
  type FinalConnectionState,
  type NodeChange,
  type NodeTypes,
} from '@xyflow/react';
import '@xyflow/react/dist/base.css';
import './Dots.css';
import {
  useEffect,
  useMemo,
  useRef,
  useState,
  type DragEvent,
  type MouseEvent as ReactMouseEvent,
} from 'react';
import { useStore } from 'zustand';
import { wireKey } from '#engine/ir/document.ts';
import { menuOf } from '../commands/menus.ts';
import type { DocumentStore, Selection } from '../state/document.ts';
import { useDocument, useDocuments } from '../state/documentSession.ts';
import { portKey } from '../state/operations/connect.ts';
import { hand, motion } from '../state/motion.ts';
import { documentNode } from '../state/selectors.ts';
import { useIsRunOfDocument } from '../state/runOfDocument.ts';
import { timeline } from '../state/timeline.ts';
import { runStore, shownRun } from '../state/runs.ts';
import { ContextMenu } from '../ui/Menu.tsx';
import { announceNode } from './announce.ts';
import { CardPictures } from './CardPictures.tsx';
import { CanvasHead, CanvasOverlays } from './CanvasOverlays.tsx';
import { markDropWire, notePointer, registerCanvas, type MenuPlace } from './canvasStore.ts';
import { ConnectionHint, ConnectionLine } from './ConnectionLine.tsx';
import { Dots } from './Dots.tsx';
import { LAYER_DRAG_TYPE } from './dragType.ts';
import {
  FIT_MS,
  useFrameNewDocuments,
  useLayoutAnimation,
  useMotionClass,
  useZoomMarks,
} from './canvasEffects.ts';
import { cardElementId, flowEdge, flowNode, wireElementId } from './flowItems.ts';
import { bringInto, frame } from './frame.ts';
import { GRID, type Point } from '#engine/drawing/geometry.ts';
import {
  addLayerAt,
  connectPorts,
  connectToNode,
  disconnect,
  duplicateDragged,
  endMove,
  moveNodes,
  reconnect,
  spliceTarget,
  takeInHand,
  wireUnder,
} from './gestures.ts';
import { LayerNode } from './LayerNode.tsx';
import { useLayerWalk } from './layerWalk.ts';
import { ObjectiveRegions } from './ObjectiveRegions.tsx';
import { openAddAt } from './openPopover.ts';
import { CanvasPopover } from './CanvasPopover.tsx';
import { WaitingWire } from './WaitingWire.tsx';
import { ProblemBubble, watchNewErrors } from './ProblemBubble.tsx';
import { RemovedMarks } from './RemovedMarks.tsx';
import { routesOf } from './routes.ts';
import { useCanvasState, useCanvasStore } from './useCanvasState.ts';
import { WireEdge } from './WireEdge.tsx';
import { MAX_ZOOM, MIN_ZOOM } from './zoom.ts';
import './Canvas.css';

const nodeTypes: NodeTypes = { layer: LayerNode };
const edgeTypes: EdgeTypes = { wire: WireEdge };
const SHOW_MS = 160;
/** Beyond so many wires the moving dashes would cost more than they tell. */
const MOST_MOVING_WIRES = 80;

/** Beyond so many cards only those in sight are in the page. */
const MOST_CARDS_RENDERED = 60;
export function Canvas() {
  return (
    <ReactFlowProvider>
      <CanvasHead />
      <CanvasInside />
    </ReactFlowProvider>
  );
}

/** The camera moves, or sets off for so long. */
function travel(duration: number): { readonly duration: number } {
  motion.moved(duration);
  hand.moved(duration);
  return { duration };
}

/** `select` changes into one new selection. */
function selectBy(
  documents: DocumentStore,
  changes: readonly (NodeChange | EdgeChange)[],
  kind: keyof Selection,
): void {
  const next = new Set(documents.getState().selection[kind]);
  let changed = false;
  for (const change of changes) {
    if (change.type !== 'select') continue;
    changed = true;
    if (change.selected) next.add(change.id);
    else next.delete(change.id);
  }
  if (changed) documents.select({ [kind]: next });
}

function onNodesChange(documents: DocumentStore, changes: NodeChange[]): void {
  const places: (Point & { id: string })[] = [];
  for (const change of changes) {
    if (change.type !== 'position' || !change.position) continue;
    places.push({ id: change.id, x: change.position.x, y: change.position.y });
  }
  if (places.length > 0) moveNodes(documents, places);
  selectBy(documents, changes, 'nodes');
}

/** Of what the menu is: by what lies under the pointer; from the keyboard, by what is selected. */
function menuPlaceOf(documents: DocumentStore, event: ReactMouseEvent<HTMLElement>): MenuPlace {
  const target = event.target as Element;
  if (target.closest('.react-flow__node')) return 'node';
  if (target.closest('.react-flow__edge')) return 'wire';
  if (target !== event.currentTarget) return 'canvas';
  const { nodes, wires } = documents.getState().selection;
  return nodes.size > 0 ? 'node' : wires.size > 0 ? 'wire' : 'canvas';
}

/** The card or wire that a screen reader should speak of. */
function activeElementId({ nodes, wires }: Selection, current: string | null): string | undefined {
  const [wire] = wires;
  const node = current !== null && nodes.has(current) ? current : [...nodes][0];
  if (node !== undefined) return cardElementId(node);
  return wire === undefined ? undefined : wireElementId(wire);
}

/** Screen point of a mouse or touch event. */
function pointOf(event: MouseEvent | TouchEvent): Point {
  const source = 'changedTouches' in event ? event.changedTouches[0] : event;
  return { x: source?.clientX ?? 0, y: source?.clientY ?? 0 };
}

function CanvasInside() {
  const flow = useReactFlow();
  const documents = useDocuments();
  const canvasStore = useCanvasStore();
  const nodes = useDocument((state) => state.document.nodes);
  const analysis = useDocument((state) => state.analysis);
  const wires = useDocument((state) => state.document.wires);
  const selection = useDocument((state) => state.selection);
  const generation = useDocument((state) => state.generation);
  const layoutGeneration = useDocument((state) => state.layoutGeneration);
  const ours = useIsRunOfDocument();
  const training = useStore(runStore, (runs) => shownRun(runs)?.progress.state === 'running');
  const atNow = useStore(timeline.store, (state) => state.step === 'live');
  // In the past the wires stand still.
  const running = ours && training && atNow;
  const current = useCanvasState((state) => state.current);
  const byKeyboard = useCanvasState((state) => state.byKeyboard);
  const root = useRef<HTMLDivElement>(null);
  const [snapping, setSnapping] = useState(true);
  const dragStarts = useRef(new Map<string, Point>());

  const shownNodes = useMemo(
    () =>
      nodes.map((node) =>
        flowNode(
          node,
          analysis.nodes.get(node.id)?.ports,
          announceNode(node, analysis),
          selection.nodes.has(node.id),
        ),
      ),
    [nodes, analysis, selection.nodes],
  );
  const shownEdges = useMemo(
    () => wires.map((wire) => flowEdge(wire, selection.wires.has(wireKey(wire)))),
    [wires, selection.wires],
  );

  useEffect(() => {
    registerCanvas(documents, {
      zoomIn: () => void flow.zoomIn(travel(SHOW_MS)),
      zoomOut: () => void flow.zoomOut(travel(SHOW_MS)),
      zoomTo: (zoom) => void flow.zoomTo(zoom, travel(SHOW_MS)),
      fit(only) {
        const size = root.current?.getBoundingClientRect();
        if (!size) return;
        const { document } = documents.getState();
        const view = frame(
          document,
          routesOf(documents).getState().routes,
          size,
          only && new Set(only),
        );
        if (view) void flow.setViewport(view, travel(FIT_MS));
      },
      show(id) {
        const box = root.current?.getBoundingClientRect();
        const node = documentNode(documents.getState().document, id);
        if (!box || !node) return;
        const view = flow.getViewport();
        const next = { ...view, ...bringInto(view, node.position, box) };
        if (next.x !== view.x || next.y !== view.y) {
          void flow.setViewport(next, travel(SHOW_MS));
        }
      },
      toFlow: (point) => flow.screenToFlowPosition(point, { snapToGrid: false }),
      toScreen: (point) => flow.flowToScreenPosition(point),
      center() {
        const box = root.current?.getBoundingClientRect();
        const { left = 0, top = 0, width = 0, height = 0 } = box ?? {};
        return flow.screenToFlowPosition({ x: left + width / 2, y: top + height / 2 });
      },
      element: () => root.current,
    });
    const stop = watchNewErrors(documents);
    return () => {
      registerCanvas(documents, null);
      stop();
    };
  }, [documents, flow]);

  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => setSnapping(!event.altKey);
    window.addEventListener('keydown', onKey);
    window.addEventListener('keyup', onKey);
    return () => {
      window.removeEventListener('keydown', onKey);
      window.removeEventListener('keyup', onKey);
    };
  }, []);

  useFrameNewDocuments(root, generation);
  useLayoutAnimation(root, layoutGeneration);
  useZoomMarks(root);
  useMotionClass(root);
  useLayerWalk(root);

  const localPoint = (screen: Point): Point => {
    const box = root.current?.getBoundingClientRect();
    return { x: screen.x - (box?.left ?? 0), y: screen.y - (box?.top ?? 0) };
  };
  const onConnectEnd = (event: MouseEvent | TouchEvent, connection: FinalConnectionState): void => {
    const { inHand } = canvasStore.getState();
    canvasStore.setState({ inHand: null, hint: null });
    if (!inHand || connection.isValid === true || connection.toHandle) return;
    const screen = pointOf(event);
    const under = window.document.elementFromPoint(screen.x, screen.y);
    const card = under?.closest('[data-node]')?.getAttribute('data-node');
    const { port, direction } = inHand;
    if (card != null) connectToNode(documents, port, direction, card);
    else if (under?.closest('.react-flow__pane') || under?.closest('.react-flow__edge')) {
      canvasStore.setState({
        inHand,
        popover: {
          mode: 'add',
          screen: localPoint(screen),
          flow: flow.screenToFlowPosition(screen, { snapToGrid: false }),
          wire: { port, direction },
          toSelection: false,
        },
      });
    }
  };

  const layerDragged = (event: DragEvent): boolean =>
    event.dataTransfer.types.includes(LAYER_DRAG_TYPE);

  return (
    <ContextMenu entries={() => menuOf(canvasStore.getState().menuPlace)}>
      <div
        ref={root}
        className={[
          'canvas',
          running ? 'running' : '',
          running && wires.length <= MOST_MOVING_WIRES ? 'moving' : '',
          byKeyboard ? 'by-keyboard' : '',
        ]
          .filter(Boolean)
          .join(' ')}
        tabIndex={0}
        // One stop of Tab; keys move within (walk.commands.ts), and the card they are at is told.
        role="application"
        aria-label="Graph"
        aria-roledescription="canvas"
        aria-activedescendant={activeElementId(selection, current)}
        onFocus={(event) => {
          if (event.currentTarget.matches(':focus-visible')) {
            canvasStore.setState({ byKeyboard: true });
          }
        }}
        onPointerDownCapture={() => canvasStore.setState({ byKeyboard: false })}
        onContextMenuCapture={(event) => {
          const menuPlace = menuPlaceOf(documents, event);
          const menuPoint =
            event.target === event.currentTarget
              ? null
              : localPoint({ x: event.clientX, y: event.clientY });
          canvasStore.setState({ menuPlace, menuPoint });
        }}
        onDoubleClick={(event) => {
          const target = event.target as Element;
          if (target.closest('.react-flow__pane')) {
            openAddAt(documents, localPoint({ x: event.clientX, y: event.clientY }));
          }
        }}
        onPointerMove={(event) => notePointer(documents, { x: event.clientX, y: event.clientY })}
        onPointerLeave={() => notePointer(documents, null)}
        onDragOver={(event) => {
          if (!layerDragged(event)) return;
          event.preventDefault();
          event.dataTransfer.dropEffect = 'copy';
          const at = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY });
          markDropWire(documents, wireUnder(documents, at));
        }}
        onDragLeave={() => markDropWire(documents, null)}
        onDrop={(event) => {
          if (!layerDragged(event)) return;
          event.preventDefault();
          markDropWire(documents, null);
          addLayerAt(
            documents,
            event.dataTransfer.getData(LAYER_DRAG_TYPE),
            flow.screenToFlowPosition(
              { x: event.clientX, y: event.clientY },
              { snapToGrid: false },
            ),
          );
          root.current?.focus();
        }}
      >
        <ReactFlow
          nodes={shownNodes}
          edges={shownEdges}
          nodeTypes={nodeTypes}
          edgeTypes={edgeTypes}
          onNodesChange={(changes) => onNodesChange(documents, changes)}
          onEdgesChange={(changes) => selectBy(documents, changes, 'wires')}
          onNodeClick={(event, { id }) => {
            // React Flow leaves several selected; a plain click means this one.
            if (event.shiftKey || event.ctrlKey || event.metaKey) return;
            documents.select({ nodes: new Set([id]), wires: new Set() });
            canvasStore.setState({ current: id });
          }}
          onNodeDragStart={(_event, _node, dragged) => {
            const { document } = documents.getState();
            documents.endGesture();
            dragStarts.current = new Map(
              dragged.map(({ id }) => [id, documentNode(document, id)?.position ?? { x: 0, y: 0 }]),
            );
          }}
          onNodeDrag={(_event, node, dragged) => {
            hand.moved();
            markDropWire(documents, dragged.length === 1 ? spliceTarget(documents, node.id) : null);
          }}
          onNodeDragStop={(event, node, dragged) => {
            if ('altKey' in event && event.altKey) duplicateDragged(documents, dragStarts.current);
            endMove(documents, dragged.length === 1 ? node.id : null);
          }}
          onSelectionDragStop={() => endMove(documents, null)}
          onNodeContextMenu={(_event, { id }) => {
            if (!documents.getState().selection.nodes.has(id)) {
              documents.select({ nodes: new Set([id]), wires: new Set() });
            }
          }}
          onEdgeContextMenu={(_event, { id }) =>
            documents.select({ nodes: new Set(), wires: new Set([id]) })
          }
          onPaneClick={() => {
            canvasStore.setState({ bubble: null });
            root.current?.focus({ preventScroll: true });
          }}
          onConnectStart={(_event, { nodeId, handleId, handleType }) => {
            if (nodeId === null || handleId === null || handleType === null) return;
            takeInHand(
              documents,
              { node: nodeId, port: handleId },
              handleType === 'source' ? 'out' : 'in',
            );
          }}
          isValidConnection={({ source, sourceHandle, target, targetHandle }) => {
            const { inHand } = canvasStore.getState();
            if (!inHand) return true;
            const key =
              inHand.direction === 'out'
                ? portKey('in', { node: target, port: targetHandle ?? '' })
                : portKey('out', { node: source, port: sourceHandle ?? '' });
            return inHand.legal.has(key);
          }}
          onConnect={({ source, sourceHandle, target, targetHandle }) =>
            connectPorts(
              documents,
              { node: source, port: sourceHandle ?? '' },
              { node: target, port: targetHandle ?? '' },
            )
          }
          onConnectEnd={onConnectEnd}
          onReconnectStart={(_event, edge, end) => {
            // The end named is the one that stays.
            if (end === 'target') {
              takeInHand(documents, { node: edge.target, port: edge.targetHandle ?? '' }, 'in');
            } else
              takeInHand(documents, { node: edge.source, port: edge.sourceHandle ?? '' }, 'out');
          }}
          onReconnect={(edge, { source, sourceHandle, target, targetHandle }) =>
            reconnect(
              documents,
              edge.id,
              { node: source, port: sourceHandle ?? '' },
              { node: target, port: targetHandle ?? '' },
            )
          }
          onReconnectEnd={(_event, edge, _end, connection) => {
            canvasStore.setState({ inHand: null, hint: null });
            if (connection.isValid !== true && !connection.toHandle) {
              disconnect(documents, { node: edge.target, port: edge.targetHandle ?? '' });
            }
          }}
          connectionLineComponent={ConnectionLine}
          connectionRadius={24}
          reconnectRadius={8}
          snapToGrid={snapping}
          snapGrid={[GRID, GRID]}
          onMove={() => void travel(0)}
          minZoom={MIN_ZOOM}
          maxZoom={MAX_ZOOM}
          selectionOnDrag
          selectionMode={SelectionMode.Partial}
          panOnDrag={[1]}
          panActivationKeyCode="Space"
          multiSelectionKeyCode={['Shift', 'Control', 'Meta']}
          selectionKeyCode={null}
          deleteKeyCode={null}
          zoomOnDoubleClick={false}
          disableKeyboardA11y
          nodesFocusable={false}
          edgesFocusable={false}
          onlyRenderVisibleElements={nodes.length > MOST_CARDS_RENDERED}
          elevateNodesOnSelect={false}
          proOptions={{ hideAttribution: true }}
        >
          <Dots />
          <ObjectiveRegions />
          <RemovedMarks />
          <CardPictures />
          <WaitingWire />
        </ReactFlow>
        <ConnectionHint />
        <ProblemBubble />
        <CanvasPopover />
        <CanvasOverlays />
        {nodes.length === 0 && (
          <p className="canvas-empty">
            Drag a layer here, or press <kbd>/</kbd> to search for one.
          </p>
        )}
      </div>
    </ContextMenu>
  );
}
