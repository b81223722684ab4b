/** Files and whole folders as a page gets them: dropped, or chosen in the browser's own dialog. */
import { takeData } from './takeData.ts';

export interface GivenFile {
  /** Beside the others, with `/`: `cats/1.png`. */
  readonly path: string;
  readonly file: File;
}

export interface Given {
  /** What was dropped: the name of the folder or of the file. */
  readonly name: string;
  readonly isFolder: boolean;
  readonly files: readonly GivenFile[];
}

/** More are not taken: they belong on a disk, named by their path. */
const MOST_FILES = 200_000;

export function hasFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes('Files') === true;
}

/** Entries must be asked for at once: they are gone when the event is over. */
export function dropped(event: DragEvent): Promise<readonly Given[]> {
  const items = [...(event.dataTransfer?.items ?? [])];
  const entries = items.flatMap((item) => {
    const entry = item.kind === 'file' ? item.webkitGetAsEntry() : null;
    const file = item.getAsFile();
    return entry || file ? [{ entry, file }] : [];
  });
  return Promise.all(
    entries.map(async ({ entry, file }): Promise<Given> => {
      if (entry?.isDirectory === true) {
        const files = await filesBelow(entry as FileSystemDirectoryEntry, '');
        return { name: entry.name, isFolder: true, files };
      }
      if (!file) return { name: '', isFolder: false, files: [] };
      return { name: file.name, isFolder: false, files: [{ path: file.name, file }] };
    }),
  );
}

async function filesBelow(folder: FileSystemDirectoryEntry, before: string): Promise<GivenFile[]> {
  const found: GivenFile[] = [];
  for (const entry of await entriesOf(folder)) {
    // What systems leave behind: .DS_Store, .git.
    if (entry.name.startsWith('.')) continue;
    if (found.length > MOST_FILES) break;
    const path = `${before}${entry.name}`;
    if (entry.isDirectory)
      found.push(...(await filesBelow(entry as FileSystemDirectoryEntry, `${path}/`)));
    else found.push({ path, file: await fileOf(entry as FileSystemFileEntry) });
  }
  return found;
}

/** A browser answers a hundred at a time, and none at the end. */
async function entriesOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((done, fail) =>
      reader.readEntries(done, fail),
    );
    if (some.length === 0) return all;
    all.push(...some);
  }
}

const fileOf = (entry: FileSystemFileEntry): Promise<File> =>
  new Promise((done, fail) => entry.file(done, fail));

function pick(isFolder: boolean): void {
  const input = document.createElement('input');
  input.type = 'file';
  input.webkitdirectory = isFolder;
  input.addEventListener('change', () => {
    const files = [...(input.files ?? [])];
    const [first] = files;
    if (!first) return;
    if (!isFolder) {
      void takeData([{ name: first.name, isFolder, files: [{ path: first.name, file: first }] }]);
      return;
    }
    const folder = first.webkitRelativePath.split('/')[0] ?? 'folder';
    const given = files.flatMap((file): readonly GivenFile[] => {
      const path = file.webkitRelativePath.slice(folder.length + 1);
      return path.split('/').some((part) => part.startsWith('.')) ? [] : [{ path, file }];
    });
    void takeData([{ name: folder, isFolder, files: given }]);
  });
  input.click();
}

export const pickFiles = (): void => pick(false);
export const pickFolder = (): void => pick(true);
