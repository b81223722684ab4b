/**
 * Two graphs on one canvas: what was added, removed, changed and renamed, told by sign, line and colour. One
 * stop of Tab, in which the arrows walk from difference to difference.
 */
import {
  ReactFlow,
  ReactFlowProvider,
  useReactFlow,
  useStoreApi,
  ViewportPortal,
  type Node as FlowNode,
  type NodeProps,
  type NodeTypes,
} from '@xyflow/react';
import '@xyflow/react/dist/base.css';
import { memo, useEffect, useMemo, useRef, type KeyboardEvent } from 'react';
import { useStore } from 'zustand';
import { Dots } from '#renderer/canvas/Dots.tsx';
import '#renderer/canvas/Dots.css';
import { CARD } from '#engine/drawing/geometry.ts';
import { MAX_ZOOM, MIN_ZOOM } from '#renderer/canvas/zoom.ts';
import type { PlacedDifference, PlacedNode, PlacedWire } from './differenceLayout.ts';
import { differenceWords, SIGNS, wireDifferenceKey, type ListedDifference } from './differences.ts';
import { DifferenceCard } from './DifferenceCard.tsx';
import { goToDifference, graphStore, registerCamera, walkDifferences } from './graphStore.ts';

type CardNode = FlowNode<{ readonly placed: PlacedNode }, 'difference'>;

const nodeTypes: NodeTypes = { difference: memo(Card) };
const MOVE_MS = 160;
/** From further away what differs cannot be read. */
const READABLE_ZOOM = 0.8;
/** Below it cards keep what is to be read at a size that can be. */
const FAR_ZOOM = 0.7;
const FIT = { padding: 0.06, maxZoom: 1 } as const;

interface Props {
  readonly placed: PlacedDifference;
  readonly list: readonly ListedDifference[];
  /** Of which runs. */
  readonly label: string;
}

export function DifferenceCanvas(props: Props) {
  return (
    <ReactFlowProvider>
      <Canvas {...props} />
    </ReactFlowProvider>
  );
}

function Canvas({ placed, list, label }: Props) {
  const flow = useReactFlow();
  const store = useStoreApi();
  const root = useRef<HTMLDivElement>(null);
  const current = useStore(graphStore, (state) => state.current);
  const nodes = useMemo(() => placed.nodes.map(flowNode), [placed]);

  useEffect(() => {
    registerCamera({
      center({ isWire, at }) {
        const x = at.x + (isWire ? 0 : CARD.width / 2);
        const y = at.y + (isWire ? 0 : CARD.height / 2);
        const zoom = Math.max(flow.getZoom(), READABLE_ZOOM);
        void flow.setCenter(x, y, { zoom, duration: MOVE_MS });
      },
      fit: () => void flow.fitView({ ...FIT, duration: MOVE_MS }),
      zoomBy: (factor) => void flow.zoomTo(flow.getZoom() * factor, { duration: MOVE_MS }),
    });
    return () => registerCamera(null);
  }, [flow]);

  // How much a card shows is a matter of style.
  useEffect(() => {
    const mark = (): void => {
      const [, , zoom] = store.getState().transform;
      root.current?.style.setProperty('--zoom', String(zoom));
      root.current?.toggleAttribute('data-far', zoom < FAR_ZOOM);
    };
    mark();
    return store.subscribe(mark);
  }, [store]);

  // Another pair, or another size: all of it again.
  useEffect(() => {
    const element = root.current;
    if (!element) return;
    const observer = new ResizeObserver(() => {
      if (graphStore.getState().current === null) void flow.fitView(FIT);
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [flow, placed]);

  const onKeyDown = (event: KeyboardEvent): void => {
    const act = keyAction(event.key, list);
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
  };
  return (
    <div
      ref={root}
      className="difference-canvas"
      tabIndex={0}
      role="application"
      aria-label={label}
      aria-roledescription="canvas"
      onKeyDown={onKeyDown}
    >
      <ReactFlow
        nodes={nodes}
        nodeTypes={nodeTypes}
        onNodeClick={(_event, { id }) => {
          if (list.some(({ key }) => key === id)) goToDifference(id);
        }}
        fitView
        fitViewOptions={FIT}
        minZoom={MIN_ZOOM}
        maxZoom={MAX_ZOOM}
        nodesDraggable={false}
        nodesConnectable={false}
        nodesFocusable={false}
        elementsSelectable={false}
        zoomOnDoubleClick={false}
        // The wheel scrolls the page; with Ctrl it zooms.
        zoomOnScroll={false}
        preventScrolling={false}
        disableKeyboardA11y
        proOptions={{ hideAttribution: true }}
      >
        <Dots />
        <ViewportPortal>
          <svg className="difference-wires" width="1" height="1" aria-hidden="true">
            {placed.wires.map((wire) => (
              <Wire key={wire.key} placed={wire} />
            ))}
          </svg>
        </ViewportPortal>
      </ReactFlow>
      <p className="visually-hidden" role="status">
        {differenceWords(list, current)}
      </p>
    </div>
  );
}

function keyAction(key: string, list: readonly ListedDifference[]): (() => void) | null {
  const to = (found: ListedDifference | undefined) => () => {
    if (found) goToDifference(found.key);
  };
  switch (key) {
    case 'ArrowRight':
    case 'ArrowDown':
      return () => walkDifferences(1);
    case 'ArrowLeft':
    case 'ArrowUp':
      return () => walkDifferences(-1);
    case 'Home':
      return to(list[0]);
    case 'End':
      return to(list.at(-1));
    case 'Escape':
      return () => {
        graphStore.setState({ current: null });
      };
    default:
      return null;
  }
}

function flowNode(placed: PlacedNode): CardNode {
  return {
    id: placed.key,
    type: 'difference',
    position: placed.position,
    data: { placed },
    width: CARD.width,
    height: CARD.height,
    measured: CARD,
    zIndex: placed.kind === 'same' ? 0 : 1,
  };
}

function Card({ data }: NodeProps<CardNode>) {
  return <DifferenceCard placed={data.placed} />;
}

function Wire({ placed }: { readonly placed: PlacedWire }) {
  const isCurrent = useStore(
    graphStore,
    ({ current }) => current === wireDifferenceKey(placed.key),
  );
  const { kind, path, middle } = placed;
  return (
    <g className={`difference-wire ${kind}`} data-current={isCurrent || undefined}>
      <path d={path} />
      {kind !== 'same' && (
        <g transform={`translate(${middle.x} ${middle.y})`}>
          <circle r="8" />
          <text textAnchor="middle" dy="4">
            {SIGNS[kind]}
          </text>
        </g>
      )}
    </g>
  );
}
