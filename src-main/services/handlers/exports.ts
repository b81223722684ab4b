/** Answers to calls about exports: the file is made beside nobody's files, and the page fetches it. */
import { exportFormats } from '#engine/export/formats/index.ts';
import type { ExportCalls, Handlers } from '#engine/protocol/index.ts';
import type { DataAccessService } from '../dataAccess.ts';
import type { Downloads } from '../downloads.ts';
import type { Exported, ExportsService, ExportSubject } from '../exports/exports.ts';

export interface ExportServices {
  readonly exports: ExportsService;
  readonly dataAccess: DataAccessService;
  readonly downloads: Downloads;
}

export function exportHandlers({
  exports,
  dataAccess,
  downloads,
}: ExportServices): Handlers<ExportCalls> {
  let current: AbortController | null = null;
  return {
    'exports.formats': () =>
      [...exportFormats.values()].map((format) => {
        const { id, label, doc, extension, mediaType, kind, options } = format;
        const isProven = kind === 'model' && format.isProven === true;
        return { id, label, doc, extension, mediaType, kind, options, isProven };
      }),
    async 'exports.prepare'({ subject: asked, format, options, outputs }) {
      current?.abort();
      const own = (current = new AbortController());
      const subject: ExportSubject =
        asked.kind === 'run' ? asked : { ...asked, access: await dataAccess.of(asked.project) };
      let made: Exported | null = null;
      const file = await downloads.make(exports.fileName(subject, format), async (path) => {
        made = await exports.export(subject, {
          format,
          options,
          outputs,
          path,
          signal: own.signal,
        });
        await made.keep({ card: false });
      });
      if (!made) throw new Error('nothing was made');
      const { card, report, weights }: Exported = made;
      return {
        ...{ file, card, report },
        weights: weights && { which: weights.which, step: weights.step },
      };
    },
  };
}
