/**
 * What the window looks like, apart from the document: theme, where panels stand, recently used layers.
 * Kept in the app's settings under `view`; nothing here is undoable.
 */
import { z } from 'zod';
import { createStore } from 'zustand/vanilla';
import type { JsonValue } from '#engine/ir/attrs.ts';

/** What the pictures on the cards show. */
export const OVERLAYS = ['activations', 'gradients', 'off'] as const;
export type Overlay = (typeof OVERLAYS)[number];
export type ThemeChoice = 'system' | 'light' | 'dark';

const RECENT_LAYERS_KEPT = 5;

const comparisonSchema = z.object({
  name: z.string(),
  runs: z.array(z.string()),
  baseline: z.string().nullable().catch(null),
  /** `validation.accuracy`; null: what the runs are headed by. */
  figure: z.string().nullable().catch(null),
  /** The setting that they are grouped by; null: all but the seed. */
  by: z.string().nullable().catch(null),
});
export type NamedComparison = z.infer<typeof comparisonSchema>;

const viewSchema = z.object({
  overlay: z.enum(OVERLAYS).catch('activations'),
  minimap: z.boolean().catch(true),
  leftOpen: z.boolean().catch(true),
  rightOpen: z.boolean().catch(true),
  dockOpen: z.boolean().catch(true),
  /** Where panels stand, as docking/layout.ts has it; null until a person moves one. */
  layout: z.json().catch(null),
  /** Panels that are not there, with the place they come back to. */
  panelsAway: z.json().catch({}),
  recentLayers: z.array(z.string()).catch([]),
  openCategories: z.array(z.string()).catch(['Data', 'Linear', 'Convolution', 'Activation']),
  /** Sections of the inspector that are folded away. */
  closedSections: z.array(z.string()).catch([]),
  /** The baseline is seen under the curves of the run on show. */
  ghost: z.boolean().catch(true),
  /** The confusion panel has a table of classes in place of the matrix. */
  confusionByClass: z.boolean().catch(false),
  /** How the sections of Compare stand, as compare/arrange.ts has it. */
  compareSections: z
    .object({
      order: z.array(z.string()).catch([]),
      folded: z.array(z.string()).catch([]),
    })
    .catch({ order: [], folded: [] }),
  /** Settings that comparisons leave out, by their paths. */
  ignoredSettings: z.array(z.string()).catch([]),
  /** How the table of runs is looked at, as runs/tableState.ts has it. */
  runsTable: z.json().catch({}),
  /** The project to open at the next start, where it is not known what was open. */
  lastProject: z.string().nullable().catch(null),
  /** What was open, as state/tabMemory.ts has it, for the next start. */
  lastDocuments: z.string().nullable().catch(null),
  /** Runs to be compared, in order, and the one they are measured by (state/chosenRuns.ts). */
  chosenRuns: z.array(z.string()).catch([]),
  baselineRun: z.string().nullable().catch(null),
  /** Those that were given a name (compare/report/named.ts). */
  comparisons: z.array(comparisonSchema).catch([]),
});
/** Settings that are remembered. */
export type View = z.infer<typeof viewSchema>;
export interface ViewState extends View {
  readonly theme: ThemeChoice;
}

/** Whatever the settings hold becomes a view; what does not fit takes its default. */
export function restoreView(value: unknown): View {
  const given = typeof value === 'object' && value !== null ? value : {};
  return viewSchema.parse({ ...viewSchema.parse({}), ...given });
}

export const viewStore = createStore<ViewState>(() => ({ ...restoreView({}), theme: 'system' }));

/** The remembered part, as settings take it. */
export function viewSettings(state: ViewState): Readonly<Record<string, JsonValue>> {
  const { theme: _theme, ...view } = state;
  return view;
}

export function noteRecentLayer(type: string): void {
  viewStore.setState(({ recentLayers }) => ({
    recentLayers: [type, ...recentLayers.filter((other) => other !== type)].slice(
      0,
      RECENT_LAYERS_KEPT,
    ),
  }));
}

export function toggleMember(list: readonly string[], member: string): string[] {
  return list.includes(member) ? list.filter((other) => other !== member) : [...list, member];
}
