/**
 * What is tried on which run: the form of the run, what was put into it, what the run answers. Answers follow the input
 * after a moment; the newest question wins, and the last answer stays until the next one is there. Not React state.
 */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type {
  AppCalls,
  CaseResult,
  Nearest,
  OwnInput,
  TryAnswer,
  TryCase,
  TryExample,
  TrySubject,
  WhichWeights,
} from '#engine/protocol/appContract.ts';
import { errorMessage } from '#engine/ir/errors.ts';
import type { Problem } from '#engine/ir/problem.ts';
import { type Client, RemoteError } from '#engine/protocol/rpc.ts';

/** A hand that types is not asked for each letter. */
export const REST_MS = 250;
export const NEAREST = 5;

export interface TryState {
  /** Null: there is no run. */
  readonly runId: string | null;
  /** Undefined: the best, or where there are none the last. */
  readonly which: WhichWeights | undefined;
  readonly subject: TrySubject | null;
  /** Why there is no form. */
  readonly failure: Problem | null;
  readonly input: OwnInput | null;
  /** Of a sample of the data: what it is. */
  readonly example: Pick<TryExample, 'part' | 'expected'> | null;
  /** Why there is no sample to begin with: the data is gone. */
  readonly noExample: Problem | null;
  readonly ranges: TryExample['ranges'];
  readonly answer: TryAnswer | null;
  readonly nearest: Nearest | null;
  /** Why the input cannot be answered. */
  readonly problem: Problem | null;
  readonly isAsking: boolean;
  readonly cases: readonly TryCase[];
  readonly results: ReadonlyMap<string, CaseResult>;
  readonly isRunning: boolean;
  /** The case that was deleted last, to be put back. */
  readonly deleted: TryCase | null;
  readonly caseFailure: Problem | null;
}

export interface Trying {
  readonly store: StoreApi<TryState>;
  /** What was put in stays where the form is the same. */
  show(runId: string | null, which?: WhichWeights): Promise<void>;
  /** Shows the run on show when that is another one: what was chosen here stays until then. */
  follow(runId: string | null): void;
  /** Asks again what the same run says now: it was trained on. */
  again(): Promise<void>;
  change(input: OwnInput): void;
  /** Another sample of the data. */
  another(): Promise<void>;
  keep(kept: Pick<TryCase, 'name' | 'expected'>): Promise<void>;
  open(kept: TryCase): void;
  remove(kept: TryCase): Promise<void>;
  putBack(): Promise<void>;
  runCases(): Promise<void>;
}

const NOTHING: TryState = {
  ...{ runId: null, which: undefined, subject: null, failure: null },
  ...{ input: null, example: null, noExample: null, ranges: [] },
  ...{ answer: null, nearest: null, problem: null, isAsking: false },
  ...{ cases: [], results: new Map(), isRunning: false, deleted: null, caseFailure: null },
};

export interface TryingHost {
  readonly client: Pick<Client<AppCalls, never>, 'call'>;
  readonly newId: () => string;
  readonly now?: () => Date;
}

export function createTrying({ client, newId, now = () => new Date() }: TryingHost): Trying {
  const store = createStore<TryState>(() => NOTHING);
  const { getState, setState } = store;
  let index = 0;
  let followed: string | null = null;
  /** What is shown, and what was put in: an answer to an older question is not shown. */
  let shown = 0;
  let asked = 0;
  let timer: ReturnType<typeof setTimeout> | null = null;

  const run = () => {
    const { runId, which } = getState();
    return { runId: runId ?? '', ...(which !== undefined && { which }) };
  };

  const ask = async (): Promise<void> => {
    const { input, runId, subject } = getState();
    if (!input || runId === null) return;
    const own = ++asked;
    if (onlyWrites(subject)) {
      setState({ isAsking: false });
      return;
    }
    setState({ isAsking: true });
    try {
      const answer = await client.call('try.answer', { ...run(), input });
      if (own !== asked) return;
      setState({ answer, problem: null });
      const nearest = await client.call('try.nearest', { ...run(), input, count: NEAREST });
      if (own === asked) setState({ nearest });
    } catch (error) {
      if (own === asked) setState({ problem: problemOf(error), answer: null, nearest: null });
    } finally {
      if (own === asked) setState({ isAsking: false });
    }
  };

  const askSoon = (): void => {
    if (timer) clearTimeout(timer);
    asked += 1;
    setState({ isAsking: true });
    timer = setTimeout(() => void ask(), REST_MS);
  };

  const example = async (): Promise<void> => {
    const own = shown;
    try {
      const found = await client.call('try.example', { ...run(), index });
      if (own !== shown) return;
      const { input, part, expected, ranges } = found;
      setState({ ranges, noExample: null });
      if (input) setState({ input, example: { part, expected } });
    } catch (error) {
      if (own === shown) setState({ noExample: problemOf(error) });
    }
    if (own === shown && getState().input === null) setState({ input: emptyInput(getState()) });
  };

  const readCases = async (): Promise<void> => {
    const own = shown;
    const cases = await client.call('cases.list', { runId: run().runId });
    if (own === shown) setState({ cases });
  };

  const judge = async (): Promise<void> => {
    const own = shown;
    if (getState().cases.length === 0) return;
    setState({ isRunning: true });
    try {
      const results = await client.call('cases.run', run());
      if (own !== shown) return;
      setState({ results: new Map(results.map((each) => [each.id, each])), caseFailure: null });
    } catch (error) {
      if (own === shown) setState({ caseFailure: problemOf(error) });
    } finally {
      if (own === shown) setState({ isRunning: false });
    }
  };

  const changeCases = async (change: () => Promise<unknown>): Promise<void> => {
    try {
      await change();
      await readCases();
      await judge();
    } catch (error) {
      setState({ caseFailure: problemOf(error) });
    }
  };
  const save = (kept: TryCase): Promise<void> =>
    changeCases(() => client.call('cases.save', { runId: run().runId, case: kept }));

  const show = async (runId: string | null, which?: WhichWeights): Promise<void> => {
    const own = ++shown;
    asked += 1;
    if (timer) clearTimeout(timer);
    const before = getState();
    if (runId === null) {
      setState(NOTHING, true);
      return;
    }
    setState({ runId, which, failure: null, isAsking: false });
    try {
      const subject = await client.call('try.subject', run());
      if (own !== shown) return;
      const isSame = before.input !== null && formKey(before.subject) === formKey(subject);
      setState({ subject, results: new Map(), ...(isSame ? {} : { ...CLEARED, input: null }) });
      void readCases().then(judge, (error: unknown) => setState({ caseFailure: problemOf(error) }));
      if (subject.form.kind === 'none') return;
      if (!isSame) {
        index = 0;
        await example();
      }
      if (own === shown) await ask();
    } catch (error) {
      if (own === shown) setState({ ...CLEARED, subject: null, failure: problemOf(error) });
    }
  };

  return {
    ...{ store, show, runCases: judge },
    follow(runId) {
      if (runId === followed) return;
      followed = runId;
      void show(runId);
    },
    async again() {
      const { runId, which } = getState();
      if (runId !== null) await show(runId, which);
    },
    change(input) {
      setState({ input, example: null });
      askSoon();
    },
    async another() {
      index += 1;
      await example();
      await ask();
    },
    async keep({ name, expected }) {
      const { input } = getState();
      if (!input) return;
      await save({ ...{ id: newId(), name, expected, input }, createdAt: now().toISOString() });
    },
    open(kept) {
      setState({ input: kept.input, example: null });
      void ask();
    },
    async remove(kept) {
      await changeCases(() => client.call('cases.delete', { runId: run().runId, id: kept.id }));
      setState({ deleted: kept });
    },
    async putBack() {
      const { deleted } = getState();
      setState({ deleted: null });
      if (deleted) await save(deleted);
    },
  };
}

/** It says what follows each token: of one text that is no answer to look at, but it writes. */
export const onlyWrites = (subject: TrySubject | null): boolean =>
  subject?.form.kind === 'text' && subject.form.writes === 'sequence';

const CLEARED = {
  ...{ example: null, noExample: null, ranges: [], answer: null, nearest: null, problem: null },
} as const satisfies Partial<TryState>;

/** Whether what was put in for one run can be put in for another. */
function formKey(subject: TrySubject | null): string | null {
  const form = subject?.form;
  switch (form?.kind) {
    case undefined:
    case 'none':
      return null;
    case 'row':
      return JSON.stringify(['row', form.columns.map(({ name }) => name)]);
    case 'numbers':
      return JSON.stringify(['numbers', form.names]);
    case 'picture':
      return JSON.stringify(['picture', form.shape]);
    case 'series':
      return JSON.stringify(['series', form.columns]);
    case 'text':
      return 'text';
  }
}

/** To begin with where the data tells none. */
function emptyInput({ subject }: TryState): OwnInput | null {
  const form = subject?.form;
  switch (form?.kind) {
    case undefined:
    case 'none':
    case 'text':
    case 'series':
      return null;
    case 'row':
      return {
        kind: 'row',
        cells: Object.fromEntries(
          form.columns.map(({ name, words, range }) => [
            name,
            words?.[0] ?? (range ? String(Number(((range[0] + range[1]) / 2).toPrecision(4))) : ''),
          ]),
        ),
      };
    case 'numbers':
      return { kind: 'numbers', values: form.names.map(() => 0) };
    case 'picture': {
      const [channels, height, width] = form.shape;
      return { kind: 'pixels', pixels: new Uint8Array(channels * height * width) };
    }
  }
}

export function problemOf(error: unknown): Problem {
  const [problem] = error instanceof RemoteError ? error.problems : [];
  const code = error instanceof RemoteError ? (error.code ?? 'try.failed') : 'try.failed';
  return problem ?? { code, severity: 'error', message: errorMessage(error) };
}
