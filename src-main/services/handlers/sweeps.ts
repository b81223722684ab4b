/** Answers to calls about sweeps. */
import type { Handlers, SweepCalls } from '#engine/protocol/index.ts';
import type { DataAccessService } from '../dataAccess.ts';
import type { SweepsService } from '../sweeps/sweeps.ts';

export function sweepHandlers(
  sweeps: SweepsService,
  dataAccess: DataAccessService,
): Handlers<SweepCalls> {
  return {
    'sweeps.list': () => sweeps.list(),
    'sweeps.get': ({ sweepId }) => sweeps.get(sweepId),
    'sweeps.start': async ({ project = null, ...request }) =>
      sweeps.start({ ...request, access: await dataAccess.of(project) }),
    'sweeps.pause': async ({ sweepId }) => (await sweeps.pause(sweepId), null),
    'sweeps.resume': ({ sweepId, more = 0, minutes = 0 }) =>
      sweeps.resume(sweepId, { trials: more, minutes }),
  };
}
