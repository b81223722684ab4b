/**
 * The data of a project as the command line was told: another source, what it may read, fields where they
 * are not known, and what the readers decided. Paths of the project begin beside it, paths of arguments in
 * the current folder: those are the user's own picks.
 */
import { resolve } from 'node:path';
import {
  type DataAccess,
  generatedFields,
  parseSource,
  resolveData,
  type SourceOptions,
} from '#engine/datasets/index.ts';
import { type DocumentNode, InputError, type NetworkDocument } from '#engine/ir/index.ts';
import { type DataDescription, RemoteError } from '#engine/protocol/index.ts';
import type { DataHost } from './host.ts';

export interface DataArguments {
  /** Replaces what the Data nodes name. */
  readonly data?: string;
  /** Files and folders that the project may read. */
  readonly allow?: readonly string[];
}

export interface ProjectData {
  readonly document: NetworkDocument;
  readonly access: DataAccess;
  /** What was read, by node. */
  readonly described: ReadonlyMap<string, DataDescription>;
}

/** The source with a whole path, and that path: what it names is picked. */
export function pickedSource(source: string): {
  readonly source: string;
  readonly picked: readonly string[];
} {
  const { definition, path } = parseSource(source);
  if (path === undefined) return { source, picked: [] };
  const full = resolve(path);
  return { source: `${definition.id}:${full}`, picked: [full] };
}

/** `onUnreadable` is told of files whose fields are known but which cannot be read now; else they throw. */
export async function withData(
  opened: NetworkDocument,
  projectPath: string,
  options: DataArguments,
  { dataAccess, dataReader }: DataHost,
  onUnreadable?: (error: InputError | RemoteError, node: string) => void,
): Promise<ProjectData> {
  const replaced = options.data === undefined ? null : pickedSource(options.data);
  const access = await dataAccess.ofFile(projectPath, [
    ...(options.allow ?? []),
    ...(replaced?.picked ?? []),
  ]);
  const nodes = opened.nodes.map((node): DocumentNode =>
    node.type === 'Data' && replaced
      ? { ...node, attrs: { ...node.attrs, source: replaced.source, options: {} } }
      : node,
  );
  const described = new Map<string, DataDescription>();
  const document = await resolveData({ ...opened, nodes }, async (source, sourceOptions, node) => {
    const generated = generatedFields(source, sourceOptions);
    if (generated) return { fields: generated };
    try {
      const description = await describe(source, sourceOptions);
      described.set(node.id, description);
      return description;
    } catch (error) {
      const { fields } = node.attrs;
      const known = Array.isArray(fields) && fields.length > 0 && replaced === null;
      const isInput = error instanceof InputError || error instanceof RemoteError;
      if (!known || !isInput || !onUnreadable) throw error;
      onUnreadable(error, node.id);
      return null;
    }
  });
  return { document, access, described };

  function describe(source: string, sourceOptions: SourceOptions): Promise<DataDescription> {
    return dataReader.describe({ source, options: sourceOptions, previewCount: 0, access });
  }
}
