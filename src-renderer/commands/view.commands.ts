/** Zoom, panels, theme. */
import { canvas } from '../canvas/canvasStore.ts';
import { documentStore } from '../state/document.ts';
import { selectedIds } from '../state/selectors.ts';
import { saveTheme } from '../state/viewSync.ts';
import { showPanel, viewStore } from '../state/view.ts';
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
    run: () => viewStore.setState(({ leftOpen }) => ({ leftOpen: !leftOpen })),
  }),
  defineCommand({
    id: 'view.right',
    title: 'Inspector',
    group: 'View',
    keys: ['$mod+i'],
    icon: 'panelRight',
    keywords: ['properties'],
    run: () => viewStore.setState(({ rightOpen }) => ({ rightOpen: !rightOpen })),
  }),
  defineCommand({
    id: 'view.dock',
    title: 'Dock',
    group: 'View',
    keys: ['$mod+j'],
    icon: 'panelBottom',
    keywords: ['charts', 'bottom panel'],
    run: () => viewStore.setState(({ dockOpen }) => ({ dockOpen: !dockOpen })),
  }),
  defineCommand({
    id: 'view.resetPanels',
    title: 'Put panels back',
    group: 'View',
    keywords: ['layout', 'reset'],
    run: () =>
      viewStore.setState({
        leftOpen: true,
        rightOpen: true,
        dockOpen: true,
        leftWidth: 168,
        rightWidth: 272,
        dockHeight: null,
        dockShares: [1.2, 1.11, 1.05],
        dockWide: null,
      }),
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
    run: () => showPanel('right', 'problems'),
  }),
];
