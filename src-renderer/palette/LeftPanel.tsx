/** Left of the canvas: the layers there are, and the nodes of this graph. */
import { useStore } from 'zustand';
import { viewStore } from '../state/view.ts';
import { Tabs } from '../ui/Tabs.tsx';
import { Outline } from './Outline.tsx';
import { Palette } from './Palette.tsx';
import './palette.css';

export function LeftPanel() {
  const tab = useStore(viewStore, (view) => view.leftTab);
  return (
    <aside className="panel" aria-label="Layers and outline">
      <Tabs
        label="Layers and outline"
        items={[
          { id: 'layers', title: 'Layers' },
          { id: 'outline', title: 'Outline' },
        ]}
        active={tab}
        onChange={(id) => viewStore.setState({ leftTab: id === 'outline' ? 'outline' : 'layers' })}
      />
      {tab === 'layers' ? <Palette /> : <Outline />}
    </aside>
  );
}
