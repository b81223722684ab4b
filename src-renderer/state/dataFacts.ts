/** Lets the check know what is known of the data: asks for it where a document names another source. */
import type { DataPreviews } from './dataPreview.ts';
import type { DocumentStore } from './document.ts';
import { sourceOf } from '../charts/dataSource.ts';

/** Returns the way to stop. */
export function followDataFacts(documents: DocumentStore, previews: DataPreviews): () => void {
  const learn = (): void =>
    documents.learn((node) => {
      const reference = sourceOf(node);
      return reference && previews.get(reference.source, reference.options);
    });
  learn();
  const stops = [
    previews.subscribe(learn),
    // Another one came to the front, which may have been opened before anything was known.
    documents.subscribe((state, before) => {
      if (state.generation !== before.generation) learn();
    }),
  ];
  return () => stops.forEach((stop) => stop());
}
