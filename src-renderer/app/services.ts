/** The page's own services, wired once to the bridge, the stores and the browser. */
import { bridge } from '../bridge/index.ts';
import { createDataFields } from '../state/dataFields.ts';
import { createDataPreviews } from '../state/dataPreview.ts';
import { createDataSources } from '../state/dataSources.ts';
import { documentStore } from '../state/document.ts';
import { createFiles } from '../state/documentFiles.ts';
import { createOpenDocuments } from '../state/openDocuments.ts';
import { runStore } from '../state/runs.ts';
import { viewStore } from '../state/view.ts';

/** `randomUUID` is missing on plain http from another machine; this is not. */
export function newId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
}

export const openDocuments = createOpenDocuments(documentStore);

export const files = createFiles({
  client: bridge,
  open: openDocuments,
  memory: {
    get: (key) => sessionStorage.getItem(key),
    set: (key, value) =>
      value === null ? sessionStorage.removeItem(key) : sessionStorage.setItem(key, value),
  },
  lasting: {
    get: () => viewStore.getState().lastDocuments,
    set: (_key, lastDocuments) => {
      if (viewStore.getState().lastDocuments !== lastDocuments)
        viewStore.setState({ lastDocuments });
    },
  },
  newId,
  lastProject: {
    get: () => viewStore.getState().lastProject,
    set: (lastProject) => viewStore.setState({ lastProject }),
  },
  // Trained from it: a run that is only looked at is kept anyway.
  isUsed: ({ id }) =>
    Object.values(runStore.getState().runs).some(({ documentId }) => documentId === id),
});

export const dataSources = createDataSources(bridge, documentStore, newId());
export const dataFields = createDataFields(dataSources, documentStore);
export const dataPreviews = createDataPreviews(dataSources);
