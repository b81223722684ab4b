/** The project itself: a copy of its file. */
import { documentStore } from '../state/document.ts';
import { defineExporter } from './defineExporter.ts';

export default defineExporter({
  id: 'project',
  label: 'the project',
  about: 'Graph and settings, no weights',
  icon: 'file',
  order: 10,
  keywords: ['json', 'copy', 'netloom'],
  formats: [{ extension: 'netloom.json', label: 'Netloom JSON' }],
  fileName: () => documentStore.getState().document.name,
  make() {
    const text = `${JSON.stringify(documentStore.getState().document, null, 2)}\n`;
    return new Blob([text], { type: 'application/json' });
  },
});
