/** Answers to calls about trying a run. */
import type { Handlers, TryCalls } from '#engine/protocol/index.ts';
import type { TryService } from '../trying/trying.ts';

export function tryHandlers(trying: TryService): Handlers<TryCalls> {
  return {
    'try.subject': (run) => trying.subject(run),
    'try.example': (asked) => trying.example(asked),
    'try.answer': (asked) => trying.answer(asked),
    'try.write': (asked) => trying.write(asked),
    'try.nearest': (asked) => trying.nearest(asked),
    'cases.list': ({ runId }) => trying.list(runId),
    'cases.save': async ({ runId, case: kept }) => (await trying.save(runId, kept), null),
    'cases.delete': async ({ runId, id }) => (await trying.delete(runId, id), null),
    'cases.run': (run) => trying.runCases(run),
  };
}
