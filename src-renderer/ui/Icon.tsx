/**
 * The icons: 1.4 px stroke at 16 px, current colour, one drawing per name. What is generic is Lucide's; what
 * means something of ours (kinds of layers, wires, the graph) is drawn here, on a grid of 16.
 */
import ArrowDownWideNarrow from 'lucide-react/icons/arrow-down-wide-narrow';
import Archive from 'lucide-react/icons/archive';
import Box from 'lucide-react/icons/box';
import ChartLine from 'lucide-react/icons/chart-line';
import Columns3 from 'lucide-react/icons/columns-3';
import Check from 'lucide-react/icons/check';
import ChevronDown from 'lucide-react/icons/chevron-down';
import ChevronRight from 'lucide-react/icons/chevron-right';
import CircleDot from 'lucide-react/icons/circle-dot';
import CircleX from 'lucide-react/icons/circle-x';
import Clock from 'lucide-react/icons/clock';
import Columns2 from 'lucide-react/icons/columns-2';
import Copy from 'lucide-react/icons/copy';
import Cpu from 'lucide-react/icons/cpu';
import Dices from 'lucide-react/icons/dices';
import Download from 'lucide-react/icons/download';
import Ellipsis from 'lucide-react/icons/ellipsis';
import EllipsisVertical from 'lucide-react/icons/ellipsis-vertical';
import File from 'lucide-react/icons/file';
import Folder from 'lucide-react/icons/folder';
import GitBranch from 'lucide-react/icons/git-branch';
import GripVertical from 'lucide-react/icons/grip-vertical';
import Hash from 'lucide-react/icons/hash';
import History from 'lucide-react/icons/history';
import Image from 'lucide-react/icons/image';
import Info from 'lucide-react/icons/info';
import Keyboard from 'lucide-react/icons/keyboard';
import Layers from 'lucide-react/icons/layers';
import LayoutGrid from 'lucide-react/icons/layout-grid';
import Link from 'lucide-react/icons/link';
import ListPlus from 'lucide-react/icons/list-plus';
import Lock from 'lucide-react/icons/lock';
import Maximize from 'lucide-react/icons/maximize';
import Maximize2 from 'lucide-react/icons/maximize-2';
import Minimize2 from 'lucide-react/icons/minimize-2';
import Minus from 'lucide-react/icons/minus';
import Moon from 'lucide-react/icons/moon';
import PanelBottom from 'lucide-react/icons/panel-bottom';
import PanelLeft from 'lucide-react/icons/panel-left';
import PanelRight from 'lucide-react/icons/panel-right';
import Pause from 'lucide-react/icons/pause';
import Pencil from 'lucide-react/icons/pencil';
import PictureInPicture2 from 'lucide-react/icons/picture-in-picture-2';
import Play from 'lucide-react/icons/play';
import Plus from 'lucide-react/icons/plus';
import Redo2 from 'lucide-react/icons/redo-2';
import Save from 'lucide-react/icons/save';
import Search from 'lucide-react/icons/search';
import Settings from 'lucide-react/icons/settings';
import SlidersHorizontal from 'lucide-react/icons/sliders-horizontal';
import Square from 'lucide-react/icons/square';
import Star from 'lucide-react/icons/star';
import StepForward from 'lucide-react/icons/step-forward';
import Sun from 'lucide-react/icons/sun';
import Table2 from 'lucide-react/icons/table-2';
import ToggleLeft from 'lucide-react/icons/toggle-left';
import Trash2 from 'lucide-react/icons/trash-2';
import TriangleAlert from 'lucide-react/icons/triangle-alert';
import Type from 'lucide-react/icons/type';
import Undo2 from 'lucide-react/icons/undo-2';
import Unlink from 'lucide-react/icons/unlink';
import Upload from 'lucide-react/icons/upload';
import X from 'lucide-react/icons/x';
import type { LucideIcon } from 'lucide-react';
import { memo, type ReactNode } from 'react';
import { type IconShape, LAYER_ICONS, type LayerIconName } from '#engine/drawing/layerIcons.ts';

const dot = (cx: number, cy: number, r: number): ReactNode => (
  <circle cx={cx} cy={cy} r={r} fill="currentColor" stroke="none" />
);

const DRAWINGS = {
  layout: (
    <>
      <rect x="2" y="6" width="4" height="4" />
      <rect x="10" y="2" width="4" height="4" />
      <rect x="10" y="10" width="4" height="4" />
      <path d="M6 8h2V4h2M8 8v4h2" />
    </>
  ),
  wire: (
    <>
      <path d="M4.5 4.500h2c2.5 0 .5 7 3 7h2" />
      {dot(3, 4.5, 1.5)}
      {dot(13, 11.5, 1.5)}
    </>
  ),
  bypass: (
    <>
      <path d="M1.5 11h3c1.5 0 1.5-5 3.5-5s2 5 3.5 5h3" />
      <path d="M6 11.500h4" strokeDasharray="1.5 1.5" />
    </>
  ),
} as const satisfies Record<string, ReactNode>;

/** What is generic, by Lucide's drawings. */
const GENERIC = {
  edited: Pencil,
  chevronRight: ChevronRight,
  chevronDown: ChevronDown,
  chart: ChartLine,
  export: Upload,
  search: Search,
  settings: Settings,
  sweep: SlidersHorizontal,
  undo: Undo2,
  redo: Redo2,
  pause: Pause,
  play: Play,
  step: StepForward,
  stop: Square,
  plus: Plus,
  queue: ListPlus,
  minus: Minus,
  fit: Maximize,
  lock: Lock,
  link: Link,
  unlink: Unlink,
  moreVertical: EllipsisVertical,
  more: Ellipsis,
  close: X,
  check: Check,
  box: Box,
  warning: TriangleAlert,
  error: CircleX,
  info: Info,
  sun: Sun,
  moon: Moon,
  grip: GripVertical,
  clock: Clock,
  history: History,
  layers: Layers,
  descending: ArrowDownWideNarrow,
  map: PictureInPicture2,
  cpu: Cpu,
  panelLeft: PanelLeft,
  panelRight: PanelRight,
  panelBottom: PanelBottom,
  expand: Maximize2,
  shrink: Minimize2,
  file: File,
  folder: Folder,
  save: Save,
  trash: Trash2,
  archive: Archive,
  picture: Image,
  import: Download,
  branch: GitBranch,
  copy: Copy,
  keyboard: Keyboard,
  grid: LayoutGrid,
  compare: Columns2,
  table: Table2,
  star: Star,
  starFilled: Star,
  columns: Columns3,
  hash: Hash,
  letter: Type,
  toggle: ToggleLeft,
  target: CircleDot,
  dice: Dices,
} as const satisfies Record<string, LucideIcon>;

/** Drawn as areas. */
const FILLED: ReadonlySet<string> = new Set(['play', 'step', 'stop', 'starFilled']);

export type IconName = keyof typeof DRAWINGS | keyof typeof GENERIC | LayerIconName;

export interface IconProps {
  readonly name: IconName;
  readonly size?: number;
  readonly className?: string;
}

/** Its grid is of 24. */
const LUCIDE = { strokeWidth: (1.4 * 24) / 16 } as const;

const isGeneric = (name: IconName): name is keyof typeof GENERIC => Object.hasOwn(GENERIC, name);

const isLayer = (name: keyof typeof DRAWINGS | LayerIconName): name is LayerIconName =>
  Object.hasOwn(LAYER_ICONS, name);

function drawn({ path, filled, fillOpacity, strokeOpacity, dash }: IconShape): ReactNode {
  const isArea = filled || fillOpacity !== undefined;
  return (
    <path
      key={path}
      d={path}
      {...(isArea && { fill: 'currentColor' })}
      {...(filled && { stroke: 'none' })}
      {...{ fillOpacity, strokeOpacity, strokeDasharray: dash }}
    />
  );
}

/** Decoration only: the control around it carries the accessible name. */
export const Icon = memo(function Icon({ name, size = 16, className }: IconProps) {
  const classes = className === undefined ? 'icon' : `icon ${className}`;
  if (isGeneric(name)) {
    const Generic = GENERIC[name];
    return (
      <Generic
        className={classes}
        size={size}
        style={FILLED.has(name) ? { ...LUCIDE, fill: 'currentColor' } : LUCIDE}
        aria-hidden="true"
      />
    );
  }
  return (
    <svg className={classes} width={size} height={size} viewBox="0 0 16 16" aria-hidden="true">
      {isLayer(name) ? LAYER_ICONS[name].map(drawn) : DRAWINGS[name]}
    </svg>
  );
});
