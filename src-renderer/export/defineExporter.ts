/**
 * What an exporter states: one kind of thing that leaves Netloom as a file. Any folder may add
 * `ID.exporter.ts` whose default export is one; exporters.ts finds those files. The project menu, the palette
 * and the export dialog are projections of the registry.
 */
import type { ComponentType } from 'react';
import type { IconName } from '../ui/Icon.tsx';

export interface ExportFormat {
  /** Without a dot: `csv`, `netloom.json`. */
  readonly extension: string;
  /** `CSV`. */
  readonly label: string;
}

export interface ExporterDefinition {
  /** Stable, and the name of the file; the command of a format is `export.ID.EXTENSION`. */
  readonly id: string;
  /** As it stands in a sentence: `Export curves as CSV`. */
  readonly label: string;
  /** What is in it, in a few words. */
  readonly about: string;
  readonly icon: IconName;
  /** Place in lists, ascending. */
  readonly order: number;
  /** Other words people look for it by. */
  readonly keywords?: readonly string[];
  /** One at least; the first is the usual one. */
  readonly formats: readonly [ExportFormat, ...ExportFormat[]];
  /** Why there is nothing to export now, and what to do; null where there is. Absent: always something. */
  readonly missing?: () => string | null;
  /** The proposed name, without extension. */
  readonly fileName: () => string;
  /** What can be chosen beside the format, in the dialog. */
  readonly Options?: ComponentType;
  readonly make: (format: ExportFormat) => Blob | Promise<Blob>;
}

export function defineExporter(exporter: ExporterDefinition): ExporterDefinition {
  return exporter;
}
