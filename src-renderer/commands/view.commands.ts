/** Zoom, panels, theme. */
import { canvas } from '../canvas/canvasStore.ts';
import { resetLayout } from '../docking/dock.ts';
import { showPanel, toggleSide } from '../docking/moves.ts';
import { documentStore } from '../state/document.ts';
import { selectedIds } from '../state/selectors.ts';
import { saveTheme } from '../state/viewSync.ts';
import { viewStore } from '../state/view.ts';
import { resolveTheme } from '../ui/useMediaTheme.ts';
import { defineCommand } from './defineCommand.ts';

export default [
  defineCommand({
    id: 'view.fit',
    title: 'Show everything',
    group: 'View',
    keys: ['f', '1'],
    icon: 'fit',
    keywords: ['zoom', 'fit'],
    run: () => canvas()?.fit(),
  }),
  defineCommand({
    id: 'view.fitSelection',
    title: 'Show the selection',
    group: 'View',
    keys: ['.'],
    keywords: ['zoom', 'fit', 'center'],
    when: () => documentStore.getState().selection.nodes.size > 0,
    run: () => canvas()?.fit(selectedIds(documentStore.getState())),
  }),
  defineCommand({
    id: 'view.zoomIn',
    title: 'Zoom in',
    group: 'View',
    keys: ['+', '='],
    icon: 'plus',
    run: () => canvas()?.zoomIn(),
  }),
  defineCommand({
    id: 'view.zoomOut',
    title: 'Zoom out',
    group: 'View',
    keys: ['-'],
    icon: 'minus',
    run: () => canvas()?.zoomOut(),
  }),
  defineCommand({
    id: 'view.zoomReset',
    title: 'Zoom to 100%',
    group: 'View',
    keys: ['0'],
    run: () => canvas()?.zoomTo(1),
  }),
  defineCommand({
    id: 'view.minimap',
    title: 'Map',
    titleNow: () => (viewStore.getState().minimap ? 'Hide the map' : 'Show the map'),
    group: 'View',
    keys: ['m'],
    icon: 'map',
    run: () => viewStore.setState(({ minimap }) => ({ minimap: !minimap })),
  }),
  defineCommand({
    id: 'view.left',
    title: 'Layers and outline',
    group: 'View',
    keys: ['$mod+b'],
    icon: 'panelLeft',
    keywords: ['palette', 'sidebar'],
    run: () => toggleSide('left'),
  }),
  defineCommand({
    id: 'view.right',
    title: 'Inspector',
    group: 'View',
    keys: ['$mod+i'],
    icon: 'panelRight',
    keywords: ['properties'],
    run: () => toggleSide('right'),
  }),
  defineCommand({
    id: 'view.dock',
    title: 'Dock',
    group: 'View',
    keys: ['$mod+j'],
    icon: 'panelBottom',
    keywords: ['charts', 'bottom panel'],
    run: () => toggleSide('bottom'),
  }),
  defineCommand({
    id: 'view.resetLayout',
    title: 'Reset layout',
    group: 'View',
    keywords: ['panels', 'dock', 'put back', 'default'],
    run: resetLayout,
  }),
  defineCommand({
    id: 'view.theme',
    title: 'Switch theme',
    group: 'View',
    icon: 'sun',
    keywords: ['dark', 'light', 'appearance'],
    run: () => saveTheme(resolveTheme(viewStore.getState().theme) === 'dark' ? 'light' : 'dark'),
  }),
  defineCommand({
    id: 'view.themeSystem',
    title: 'Use the theme of the system',
    group: 'View',
    keywords: ['dark', 'light', 'appearance'],
    when: () => viewStore.getState().theme !== 'system',
    run: () => saveTheme('system'),
  }),
  defineCommand({
    id: 'view.overlayActivations',
    title: 'Cards show activations',
    group: 'View',
    run: () => viewStore.setState({ overlay: 'activations' }),
  }),
  defineCommand({
    id: 'view.overlayGradients',
    title: 'Cards show gradients',
    group: 'View',
    run: () => viewStore.setState({ overlay: 'gradients' }),
  }),
  defineCommand({
    id: 'view.overlayOff',
    title: 'Cards show what layers do',
    group: 'View',
    run: () => viewStore.setState({ overlay: 'off' }),
  }),
  defineCommand({
    id: 'view.problems',
    title: 'Show the problems',
    group: 'View',
    icon: 'error',
    run: () => showPanel('problems'),
  }),
];
