/**
 * The pictures of all cards, on one canvas above them: what each shows, where it is, and the camera. Cards
 * are told nothing of it; a card that lies on another hides that one's picture, as it hides its card.
 */
import { useStoreApi, ViewportPortal } from '@xyflow/react';
import { useLayoutEffect, useRef } from 'react';
import type { Analysis, NodeAnalysis } from '#engine/check/analysis.ts';
import type { NetworkDocument } from '#engine/ir/document.ts';
import { blockTints, sameTints, type BlockTint } from '../charts/blockTint.ts';
import { chartColors, layerChartColor } from '../charts/colors.ts';
import { drawBlock } from '../charts/drawBlock.ts';
import { drawNode, subscribePictures } from '../charts/nodePicture.ts';
import type { Draw } from '../charts/painter.ts';
import { PictureLayer, type Picture } from '../charts/pictureLayer.ts';
import type { DocumentState } from '../state/document.ts';
import { useDocuments } from '../state/documentSession.ts';
import { live } from '../state/live.ts';
import { motion } from '../state/motion.ts';
import { isRunOfDocument } from '../state/runOfDocument.ts';
import { problemsOf } from '../state/selectors.ts';
import { viewStore } from '../state/view.ts';
import { FIT_MS } from './canvasEffects.ts';
import { LAYER_ICONS, layerIcon } from '#engine/drawing/layerIcons.ts';
import { belowHeader, CARD, PICTURE, type Point } from '#engine/drawing/geometry.ts';
import { heatHints } from './heatHints.ts';
import { useCanvasStore } from './useCanvasState.ts';
import type { ZoomLevel } from './zoom.ts';
import './CardPictures.css';

const BYPASSED_ALPHA = 0.45;

export function CardPictures() {
  return (
    <ViewportPortal>
      <Pictures />
    </ViewportPortal>
  );
}

function Pictures() {
  const flow = useStoreApi();
  const documents = useDocuments();
  const canvasStore = useCanvasStore();
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    if (!canvas.current) return;
    const layer = new PictureLayer(canvas.current);
    const level = (): ZoomLevel => canvasStore.getState().detail;
    let settlesUntil = 0;
    /** Of the blocks that are shown. */
    let tints: ReadonlyMap<string, BlockTint> = new Map();

    const show = (): void => {
      const { document, analysis } = documents.getState();
      const settles = performance.now() < settlesUntil;
      const places = settles ? placesOnScreen(flow.getState().domNode) : null;
      tints = tintsOf(document);
      layer.show(picturesOf(document, analysis, level(), places, tints));
      if (settles) requestAnimationFrame(show);
    };
    const tintsOf = ({ nodes }: NetworkDocument): ReadonlyMap<string, BlockTint> =>
      level() === 'block' && isRunOfDocument()
        ? blockTints(
            live,
            viewStore.getState().overlay,
            nodes.map(({ id }) => id),
          )
        : new Map();
    const look = (): void => {
      const { transform, width, height } = flow.getState();
      const [x, y, zoom] = transform;
      layer.look({ x, y, zoom, width, height });
    };
    const onDocument = (now: DocumentState, before: DocumentState): void => {
      // Cards move to their new places by CSS; their pictures go with them.
      if (now.layoutGeneration !== before.layoutGeneration) {
        settlesUntil = performance.now() + FIT_MS + 60;
      }
      if (now.document.nodes !== before.document.nodes || now.analysis !== before.analysis) show();
    };
    const roleOf = (id: string) => documents.getState().analysis.nodes.get(id)?.definition?.role;

    look();
    show();
    const { domNode } = flow.getState();
    const heatNodeOf = (id: string) =>
      level() !== 'full' && viewStore.getState().overlay === 'activations' && isRunOfDocument()
        ? (documents.getState().analysis.nodes.get(id) ?? null)
        : null;
    const stops = [
      ...(domNode ? [heatHints(domNode, heatNodeOf)] : []),
      flow.subscribe(look),
      documents.subscribe(onDocument),
      canvasStore.subscribe((now, before) => now.detail !== before.detail && show()),
      motion.subscribe((moving) => layer.setMoving(moving)),
      subscribePictures((of) => {
        // Blocks show what a layer is; of what it does how much. Those that look different are drawn.
        if (level() === 'block') {
          if (!sameTints(tints, tintsOf(documents.getState().document))) show();
          return;
        }
        layer.invalidate((id) => {
          const role = roleOf(id);
          return of === 'layers' ? role !== 'data' && role !== 'loss' : role === of;
        });
      }),
      viewStore.subscribe((now, before) => {
        if (now.overlay === before.overlay) return;
        show();
        layer.redraw();
      }),
    ];
    return () => {
      for (const stop of stops) stop();
      layer.dispose();
    };
  }, [flow, documents, canvasStore]);
  return <canvas ref={canvas} className="card-pictures" aria-hidden="true" />;
}

/** One function for as long as the node is the same, so that its pixels are kept. */
const draws = new WeakMap<NodeAnalysis, Readonly<Record<'full' | 'name', Draw>>>();
function drawOf(node: NodeAnalysis, level: 'full' | 'name'): Draw {
  let both = draws.get(node);
  if (!both) {
    both = {
      full: (surface) => drawNode(surface, node, 'full'),
      name: (surface) => {
        const zoom = surface.ratio / devicePixelRatio;
        drawNode(surface, node, 'compact', { zoom, top: belowHeader(zoom) });
      },
    };
    draws.set(node, both);
  }
  return both[level];
}

/** One for all blocks that look alike: an icon stands for one category. */
const blocks = new Map<string, Draw>();
function drawBlockOf({ definition }: NodeAnalysis, broken: boolean, tint: BlockTint | null): Draw {
  const icon = layerIcon(definition);
  const key = `${icon} ${broken} ${tint}`;
  let draw = blocks.get(key);
  if (!draw) {
    const shapes = LAYER_ICONS[icon];
    draw = (surface) => {
      const colors = chartColors();
      const color = layerChartColor(colors, definition);
      drawBlock(surface, { color, icon: shapes, broken, tint }, colors);
    };
    blocks.set(key, draw);
  }
  return draw;
}

/** What the cards show, lowest first. From far away all that is seen of a card is drawn here. */
function picturesOf(
  document: NetworkDocument,
  analysis: Analysis,
  level: ZoomLevel,
  places: ReadonlyMap<string, Point> | null,
  tints: ReadonlyMap<string, BlockTint>,
): Picture[] {
  return document.nodes.flatMap((node) => {
    const analysed = analysis.nodes.get(node.id);
    if (!analysed) return [];
    const at = places?.get(node.id) ?? node.position;
    const broken = problemsOf(analysis, node.id)[0]?.severity === 'error';
    const card = { x: at.x, y: at.y, ...CARD };
    const alpha = node.bypassed === true ? BYPASSED_ALPHA : 1;
    const whole = { key: node.id, card, alpha };
    if (level === 'block') {
      const draw = drawBlockOf(analysed, broken, tints.get(node.id) ?? null);
      return { ...whole, box: card, draw };
    }
    const { x, y, width, height } = PICTURE[level];
    const box = broken ? null : { x: at.x + x, y: at.y + y, width, height };
    return { ...whole, box, draw: drawOf(analysed, level) };
  });
}

/** Where cards are at this moment of a transition. */
function placesOnScreen(root: HTMLElement | null): Map<string, Point> {
  const places = new Map<string, Point>();
  for (const element of root?.querySelectorAll('.react-flow__node') ?? []) {
    const id = element.getAttribute('data-id');
    const { e, f } = new DOMMatrixReadOnly(getComputedStyle(element).transform);
    if (id !== null) places.set(id, { x: e, y: f });
  }
  return places;
}
