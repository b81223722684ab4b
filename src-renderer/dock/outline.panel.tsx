/** The nodes of this graph. */
import { definePanel } from '../app/definePanel.ts';
import { Outline } from '../palette/Outline.tsx';

export default definePanel({
  id: 'outline',
  title: 'Outline',
  place: 'left',
  order: 20,
  Component: Outline,
});
