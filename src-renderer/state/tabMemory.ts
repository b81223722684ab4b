/** What is remembered of the open documents: in the browser's tab for a reload, in the settings for the next start. */
import { z } from 'zod';

/** Where it is kept: a browser's session storage, the app's settings, or what a test has. */
export interface TabMemory {
  get(key: string): string | null;
  set(key: string, value: string | null): void;
}

const KEY = 'netloom.documents';

const schema = z.object({
  /** Which of them is in front. */
  front: z.number().catch(0),
  documents: z.array(
    z.object({
      /** Of its draft, whether one is written or not. */
      draft: z.string(),
      path: z.string().nullable(),
      /** The example that it was made from, while it has neither a draft nor a file. */
      example: z.string().nullable(),
      /** Which document it is, since every opening of an example makes another one. */
      id: z.string().nullable(),
    }),
  ),
});
export type RememberedDocuments = z.infer<typeof schema>;
export type RememberedDocument = RememberedDocuments['documents'][number];

export function recallDocuments(memory: TabMemory): RememberedDocuments {
  try {
    return schema.parse(JSON.parse(memory.get(KEY) ?? ''));
  } catch {
    return { front: 0, documents: [] };
  }
}

export function rememberDocuments(memory: TabMemory, documents: RememberedDocuments): void {
  memory.set(KEY, JSON.stringify(documents));
}
