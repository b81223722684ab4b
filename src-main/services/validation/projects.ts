/** Inputs of calls about projects. */
import { z } from 'zod';
import type { ProjectCalls } from '#engine/protocol/index.ts';
import { document, nothing, path } from './common.ts';

export const projectsSchemas = {
  'projects.examples': nothing,
  'projects.recent': nothing,
  'projects.open': z.strictObject({ path }),
  'projects.parse': z.strictObject({
    text: z.string().max(64 * 2 ** 20),
    name: z.string().max(500),
  }),
  'projects.parsePicture': z.strictObject({
    file: z.string().min(1).max(200),
    name: z.string().max(500),
  }),
  'projects.openDialog': nothing,
  'projects.save': z.strictObject({ path, document }),
  'projects.saveAs': z.strictObject({ suggestedName: z.string().max(200), document }),
  'projects.list': nothing,
  'projects.saveDraft': z.strictObject({
    id: z.string().min(1).max(200),
    path: path.optional(),
    document,
  }),
  'projects.drafts': nothing,
  'projects.discardDraft': z.strictObject({ id: z.string().min(1).max(200) }),
} satisfies Record<keyof ProjectCalls, z.ZodType>;
