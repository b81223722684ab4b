/** The layers there are, to be dragged onto the canvas. */
import { definePanel } from '../app/definePanel.ts';
import { Palette } from '../palette/Palette.tsx';

export default definePanel({
  id: 'layers',
  title: 'Layers',
  place: 'left',
  order: 10,
  Component: Palette,
});
