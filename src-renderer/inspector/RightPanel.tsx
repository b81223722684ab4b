/** Right of the canvas: what is selected, and the document as a whole. */
import { useStore } from 'zustand';
import { viewStore } from '../state/view.ts';
import { Tabs } from '../ui/Tabs.tsx';
import { DocumentTab } from './DocumentTab.tsx';
import { Inspector } from './Inspector.tsx';
import './inspector.css';

export function RightPanel() {
  const tab = useStore(viewStore, (view) => view.rightTab);
  return (
    <aside className="panel" aria-label="Inspector and document">
      <Tabs
        label="Inspector and document"
        items={[
          { id: 'inspector', title: 'Inspector' },
          { id: 'document', title: 'Document' },
        ]}
        active={tab}
        onChange={(id) =>
          viewStore.setState({ rightTab: id === 'document' ? 'document' : 'inspector' })
        }
      />
      <div className="scroll">{tab === 'inspector' ? <Inspector /> : <DocumentTab />}</div>
    </aside>
  );
}
