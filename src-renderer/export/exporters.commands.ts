/** A command for each format of each exporter, while there is something to export. */
import { defineCommand, type Command } from '../commands/defineCommand.ts';
import type { ExporterDefinition } from './defineExporter.ts';
import { exportCommandId, exporters, exportNow, exportTitle } from './exporters.ts';

export function exportCommands(all: ReadonlyMap<string, ExporterDefinition>): readonly Command[] {
  return [...all.values()].flatMap((exporter) =>
    exporter.formats.map((format) =>
      defineCommand({
        id: exportCommandId(exporter, format),
        title: exportTitle(exporter, format),
        group: 'File',
        icon: exporter.icon,
        keywords: ['save', 'download', ...(exporter.keywords ?? [])],
        when: () => (exporter.missing?.() ?? null) === null,
        run: () => exportNow(exporter, format),
      }),
    ),
  );
}

export default exportCommands(exporters);
