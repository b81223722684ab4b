/** Answers to calls about trying a run; a host that closes waits for them. */
import type { Handlers, TryCalls } from '#engine/protocol/index.ts';
import type { TryService } from '../trying/trying.ts';

export function tryHandlers(trying: TryService): Handlers<TryCalls> {
  const { questions } = trying;
  return {
    'try.subject': (run) => questions.ask(() => trying.subject(run)),
    'try.example': (asked) => questions.ask(() => trying.example(asked)),
    'try.answer': (asked) => questions.ask(() => trying.answer(asked)),
    'try.write': (asked) => questions.ask(() => trying.write(asked)),
    'try.nearest': (asked) => questions.ask(() => trying.nearest(asked)),
    'cases.list': ({ runId }) => questions.ask(() => trying.list(runId)),
    'cases.save': async ({ runId, case: kept }) => (
      await questions.ask(() => trying.save(runId, kept)),
      null
    ),
    'cases.delete': async ({ runId, id }) => (
      await questions.ask(() => trying.delete(runId, id)),
      null
    ),
    'cases.run': (run) => questions.ask(() => trying.runCases(run)),
  };
}
