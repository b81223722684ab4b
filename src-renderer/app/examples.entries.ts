/** Examples by name, in the palette: what `vae` finds opens at once. */
import type { NamedEntries } from '../commands/defineEntries.ts';
import { files } from './services.ts';

const entries: NamedEntries = () =>
  files.store.getState().examples.map(({ name, title, summary }) => ({
    id: `example:${name}`,
    group: 'Examples',
    title,
    keywords: [name, summary],
    icon: 'grid',
    run: () => files.openExample(name),
  }));

export default entries;
