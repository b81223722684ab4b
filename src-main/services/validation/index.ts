/**
 * Validation of every input that crosses from a page (or the network) into main, one file for each domain of
 * the contract. Total over it: a call without a schema does not compile. Documents go through restoreDocument
 * on top.
 */
import type { z } from 'zod';
import { InputError, type Problem } from '#engine/ir/index.ts';
import type { AppCalls } from '#engine/protocol/index.ts';
import { dataSchemas } from './data.ts';
import { exportsSchemas } from './exports.ts';
import { hostSchemas } from './host.ts';
import { projectsSchemas } from './projects.ts';
import { queueSchemas } from './queue.ts';
import { runsSchemas } from './runs.ts';
import { sweepsSchemas } from './sweeps.ts';
import { trainingSchemas } from './training.ts';
import { trySchemas } from './trying.ts';

const schemas = {
  ...hostSchemas,
  ...projectsSchemas,
  ...dataSchemas,
  ...runsSchemas,
  ...sweepsSchemas,
  ...trainingSchemas,
  ...queueSchemas,
  ...exportsSchemas,
  ...trySchemas,
} satisfies Record<keyof AppCalls, z.ZodType>;

type Method = keyof AppCalls;

/** The input as its handler may trust it. Throws InputError with every issue and its path. */
export function validateAppCall(method: Method, input: unknown): unknown {
  const result = schemas[method].safeParse(input);
  if (result.success) return result.data satisfies unknown;
  const [first, ...others] = result.error.issues.map((issue): Problem => {
    const params =
      'params' in issue ? (issue.params as { problem?: Problem } | undefined) : undefined;
    if (params?.problem) return params.problem;
    return {
      code: 'rpc.invalid-input',
      severity: 'error',
      message: issue.message,
      path: [method, ...issue.path.map(String)].join('.'),
    };
  });
  throw first
    ? new InputError([first, ...others])
    : new InputError([{ code: 'rpc.invalid-input', severity: 'error', message: 'Invalid input.' }]);
}
