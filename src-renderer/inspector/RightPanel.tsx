/** Right of the canvas: what is selected, and the document as a whole. */
import { useStore } from 'zustand';
import { viewStore } from '../state/view.ts';
import { Tabs } from '../ui/Tabs.tsx';
import { DocumentTab } from './DocumentTab.tsx';
import { INSPECTOR_ID, leaveInspector } from './focusInspector.ts';
import { Inspector } from './Inspector.tsx';
import './inspector.css';

export function RightPanel() {
  const tab = useStore(viewStore, (view) => view.rightTab);
  return (
    <aside
      className="panel"
      aria-label="Inspector and document"
      onKeyDown={(event) => {
        // Not what floats above it: a list that is open takes Escape for itself.
        const inside = event.target instanceof Node && event.currentTarget.contains(event.target);
        if (event.key !== 'Escape' || !inside || event.defaultPrevented) return;
        event.preventDefault();
        leaveInspector();
      }}
    >
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
      <div className="scroll" id={INSPECTOR_ID}>
        {tab === 'inspector' ? <Inspector /> : <DocumentTab />}
      </div>
    </aside>
  );
}
