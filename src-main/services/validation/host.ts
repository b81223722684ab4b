/** Inputs of calls about the program itself. */
import type { z } from 'zod';
import type { HostCalls } from '#engine/protocol/index.ts';
import { settingsSchema } from '../settings.ts';
import { nothing } from './common.ts';

export const hostSchemas = {
  'app.info': nothing,
  'settings.get': nothing,
  'settings.set': settingsSchema.omit({ watching: true }).partial(),
} satisfies Record<keyof HostCalls, z.ZodType>;
