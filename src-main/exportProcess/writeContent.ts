/** Puts what was exported on the disk: one file, a folder, or a folder as one zip. */
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { FolderEntry, ModelContent, ModelFile } from '#engine/export/define.ts';
import { asInputError } from '#engine/ir/systemError.ts';
import { writeAtomic } from '#engine/platform/nodeWriting.ts';
import type { ExportContainer, ExportReport } from '#engine/protocol/index.ts';
import { packZip } from '../zip/packZip.ts';

/** Answers what it takes as it lies there. */
export async function writeContent(
  path: string,
  container: ExportContainer,
  content: ModelContent,
): Promise<Pick<ExportReport, 'sizeBytes' | 'files'>> {
  if ('bytes' in content) {
    await writeAtomic(path, content.bytes);
    return { sizeBytes: content.bytes.length, files: [] };
  }
  const files = await Promise.all(content.folder.map(asFile));
  const zip = container === 'zip' ? await packZip(files) : null;
  if (zip) await writeAtomic(path, zip);
  else await writeFolder(path, files);
  return {
    sizeBytes: zip?.length ?? files.reduce((sum, { bytes }) => sum + bytes.length, 0),
    files: files.map((file) => ({ path: file.path, sizeBytes: file.bytes.length })),
  };
}

const asFile = async (entry: FolderEntry): Promise<ModelFile> =>
  'bytes' in entry ? entry : { path: entry.path, bytes: await packZip(entry.entries) };

async function writeFolder(folder: string, files: readonly ModelFile[]): Promise<void> {
  for (const { path, bytes } of files) {
    const at = join(folder, path);
    await mkdir(dirname(at), { recursive: true }).catch((error: unknown) => {
      throw asInputError(error, folder, 'writing');
    });
    await writeAtomic(at, bytes);
  }
}
