/**
 * What a panel states. Any folder may add `ID.panel.tsx` whose default export is one; panels.ts finds those files.
 * Docking draws tabs, tools and the frame; `Component` fills the space below and is
 * mounted only while it can be seen.
 */
import type { ComponentType } from 'react';
import type { Analysis } from '#engine/check/analysis.ts';

/**
 * Where a panel is until a person moves it: beside the canvas, or in one of the three groups of tabs in
 * the dock under it.
 */
export type PanelPlace = 'left' | 'right' | 'bottomLeft' | 'bottomMiddle' | 'bottomRight';

export interface PanelDefinition {
  /** Stable: the layout remembers it, and the command `panel.ID` shows the panel. */
  readonly id: string;
  readonly title: string;
  readonly place: PanelPlace;
  /** Among the tabs of its place, ascending. */
  readonly order: number;
  /**
   * False for a network of which it will never have anything to show: there is no tab then. Absent: any
   * network. What stood in front is remembered, and is in front again when it applies again.
   */
  readonly applies?: (analysis: Analysis) => boolean;
  readonly Component: ComponentType;
  /** Behind the title on the tab, in front or not: a count in a pill (`<Count tone="danger" />`). */
  readonly badge?: ComponentType;
  /** At the right end of the tab row while the panel is in front: smoothing, legend, menu. */
  readonly tools?: ComponentType;
}

export function definePanel(panel: PanelDefinition): PanelDefinition {
  return panel;
}
