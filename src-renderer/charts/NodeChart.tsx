/**
 * The picture of a node on a canvas of its own, as the inspector shows it. The cards' pictures are drawn
 * together (canvas/CardPictures.tsx): a canvas each would be a layer each for the compositor.
 */
import { memo } from 'react';
import { useStore } from 'zustand';
import type { NodeAnalysis } from '#engine/check/analysis.ts';
import { viewStore } from '../state/view.ts';
import { drawNode, subscribePictures } from './nodePicture.ts';
import { useCanvas, type Subscribe } from './useCanvas.ts';
import './NodeChart.css';

const subscribe: Subscribe = (redraw) => subscribePictures(redraw);

export const NodeChart = memo(function NodeChart(props: {
  readonly node: NodeAnalysis;
  /** Zoom it is shown at, in coarse steps: the resolution, so that it stays sharp. */
  readonly scale?: number;
}) {
  const { node, scale = 1 } = props;
  useStore(viewStore, (view) => view.overlay);
  const canvas = useCanvas((surface) => drawNode(surface, node, 'full'), [subscribe], { scale });
  return <canvas ref={canvas.ref} className="node-chart" aria-hidden="true" />;
});
