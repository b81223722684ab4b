/** The document as a whole: its name, what it is trained on and how, on what. */
import { definePanel } from '../app/definePanel.ts';
import { DocumentTab } from '../inspector/DocumentTab.tsx';
import { useDocumentSession } from '../state/documentSession.ts';

function DocumentPanel() {
  // Fields that are being typed in belong to one document.
  const { id } = useDocumentSession();
  return (
    <div className="scroll">
      <DocumentTab key={id} />
    </div>
  );
}

export default definePanel({
  id: 'document',
  title: 'Document',
  place: 'right',
  order: 20,
  Component: DocumentPanel,
});
