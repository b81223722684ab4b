/** Every exporter, found by file name, in the order of lists; and the one way to write a file by one. */
import { registry } from '#engine/ir/registry.ts';
import { download } from '../app/download.ts';
import type { ExporterDefinition, ExportFormat } from './defineExporter.ts';

type Modules = Readonly<Record<string, { readonly default?: ExporterDefinition }>>;

export function exportersOf(modules: Modules): ReadonlyMap<string, ExporterDefinition> {
  return registry(modules, {
    kind: 'exporter',
    nameOf: ({ id }: ExporterDefinition) => id,
    rank: ({ order }) => order,
    suffix: '.exporter.ts',
  });
}

export const exporters = exportersOf(import.meta.glob('../**/*.exporter.ts', { eager: true }));

export const exportCommandId = ({ id }: ExporterDefinition, { extension }: ExportFormat): string =>
  `export.${id}.${extension}`;

/** The commands of all of them, as menus list them. */
export function exportCommandIds(all: ReadonlyMap<string, ExporterDefinition>): readonly string[] {
  return [...all.values()].flatMap((exporter) =>
    exporter.formats.map((format) => exportCommandId(exporter, format)),
  );
}

export function exportTitle({ label }: ExporterDefinition, format: ExportFormat): string {
  return `Export ${label} as ${format.label}`;
}

/** What no file system takes becomes a dash. */
export function fileNameOf(name: string, { extension }: ExportFormat): string {
  const safe = name.trim().replaceAll(/[\\/:*?"<>|]+/g, '-');
  return `${safe === '' ? 'export' : safe}.${extension}`;
}

export async function exportNow(
  exporter: ExporterDefinition,
  format: ExportFormat,
  name = exporter.fileName(),
): Promise<void> {
  download(fileNameOf(name, format), await exporter.make(format));
}
