/** What is selected. Escape goes back to where Enter was pressed. */
import { definePanel } from '../app/definePanel.ts';
import { INSPECTOR_ID, leaveInspector } from '../inspector/focusInspector.ts';
import { Inspector } from '../inspector/Inspector.tsx';
import { useDocumentSession } from '../state/documentSession.ts';

function InspectorPanel() {
  // Fields that are being typed in belong to one document.
  const { id } = useDocumentSession();
  return (
    <div
      className="scroll"
      id={INSPECTOR_ID}
      onKeyDown={(event) => {
        // Not what floats above it: a list that is open takes Escape for itself.
        const inside = event.target instanceof Node && event.currentTarget.contains(event.target);
        if (event.key !== 'Escape' || !inside || event.defaultPrevented) return;
        event.preventDefault();
        leaveInspector();
      }}
    >
      <Inspector key={id} />
    </div>
  );
}

export default definePanel({
  id: 'inspector',
  title: 'Inspector',
  place: 'right',
  order: 10,
  Component: InspectorPanel,
});
