/** What the Data view remembers while another one is in front: what is looked at, and how the list is narrowed. */
import { createStore } from 'zustand/vanilla';

export type ColumnFilter = 'all' | 'used' | 'warned';

export interface DataViewState {
  /** The node whose data it is; null: the first of the document. */
  readonly node: string | null;
  /** Column by name, and class of pictures: what the right side is about. Null: the first worth it. */
  readonly column: string | null;
  readonly className: string | null;
  readonly search: string;
  readonly filter: ColumnFilter;
  /** Rows are shown after so many steps of the recipe; null: after all of them. */
  readonly steps: number | null;
  /** Numbers are shown as the Data node scales them. */
  readonly isScaled: boolean;
  /** A draw of samples and of augmentation: another number, other ones. */
  readonly draw: number;
}

export const dataViewStore = createStore<DataViewState>(() => ({
  node: null,
  column: null,
  className: null,
  search: '',
  filter: 'all',
  steps: null,
  isScaled: true,
  draw: 0,
}));

export const DATA_VIEW = 'data';
