/**
 * Rule: what is tried is asked after a moment, the newest question wins, what was put in stays for a run with the same
 * form, and a case that was deleted can be put back.
 */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { OwnInput, TryCase, TryForm } from '#engine/protocol/appContract.ts';
import { RemoteError } from '#engine/protocol/rpc.ts';
import { brush } from '#renderer/trying/parts/brush.ts';
import { createTrying, REST_MS, type TryingHost } from '#renderer/trying/tryStore.ts';

const FORM: TryForm = {
  kind: 'row',
  columns: [{ name: 'age', kind: 'number', range: [20, 60] }],
  target: { name: 'fit', classes: ['no', 'yes'] },
};
const row = (age: string): OwnInput => ({ kind: 'row', cells: { age } });

/** A host that answers the age it was asked about, when it is told to. */
function host(forms: Readonly<Record<string, TryForm>> = {}) {
  const asked: { readonly input: OwnInput; readonly answer: () => void }[] = [];
  const kept = new Map<string, TryCase>();
  let isThere = true;
  const call = (method: string, input: never): Promise<unknown> => {
    const given = input as { runId: string; input: OwnInput; case: TryCase; id: string };
    switch (method) {
      case 'try.subject':
        return Promise.resolve({ form: forms[given.runId] ?? FORM, checkpoints: [] });
      case 'try.example':
        if (isThere) {
          const found = { input: row('30'), part: 'validation', expected: 'no', ranges: [] };
          return Promise.resolve(found);
        }
        return Promise.reject(
          new RemoteError({ name: 'InputError', message: 'It is gone.', code: 'data.gone' }),
        );
      case 'try.answer':
        return new Promise((done) =>
          asked.push({
            input: given.input,
            answer: () =>
              done({
                ...{ weights: { which: 'best', step: 1 }, answers: [], got: [] },
                notes: [JSON.stringify(given.input)],
              }),
          }),
        );
      case 'try.nearest':
        return Promise.resolve({ kind: 'found', samples: [], searched: 0, total: 0 });
      case 'cases.list':
        return Promise.resolve([...kept.values()]);
      case 'cases.save':
        kept.set(given.case.id, given.case);
        return Promise.resolve(null);
      case 'cases.delete':
        kept.delete(given.id);
        return Promise.resolve(null);
      case 'cases.run':
        return Promise.resolve([...kept.keys()].map((id) => ({ id, outcome: 'passed' })));
      default:
        return Promise.reject(new Error(method));
    }
  };
  let ids = 0;
  const trying = createTrying({
    client: { call } as unknown as TryingHost['client'],
    newId: () => `case-${++ids}`,
    now: () => new Date(0),
  });
  return { trying, asked, kept, lose: () => (isThere = false) };
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());
const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);

describe('what is tried', () => {
  it('begins with a sample of the data, and is asked once a hand rests', async () => {
    const { trying, asked } = host();
    void trying.show('a');
    await settle();
    expect(trying.store.getState().example?.expected).toBe('no');
    asked[0]?.answer();
    await settle();
    for (const age of ['3', '35', '35.']) trying.change(row(age));
    expect(asked).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(REST_MS);
    expect(asked.slice(1).map(({ input }) => input)).toEqual([row('35.')]);
    expect(trying.store.getState().example).toBeNull();
  });

  it('shows the answer to the newest question, whichever comes first', async () => {
    const { trying, asked } = host();
    void trying.show('a');
    await settle();
    trying.change(row('50'));
    await vi.advanceTimersByTimeAsync(REST_MS);
    const [first, second] = asked;
    second?.answer();
    await settle();
    first?.answer();
    await settle();
    expect(trying.store.getState().answer?.notes).toEqual([JSON.stringify(row('50'))]);
    expect(trying.store.getState().isAsking).toBe(false);
  });

  it('keeps what was put in for a run with the same form, and no other', async () => {
    const { trying } = host({
      c: { kind: 'numbers', names: ['x'], target: null },
      d: { kind: 'none', reason: 'no weights' },
    });
    void trying.show('a');
    await settle();
    trying.change(row('44'));
    void trying.show('b', 'last');
    await settle();
    expect(trying.store.getState()).toMatchObject({ runId: 'b', which: 'last', input: row('44') });
    void trying.show('c');
    await settle();
    expect(trying.store.getState().input).toEqual(row('30'));
    void trying.show('d');
    await settle();
    expect(trying.store.getState().input).toBeNull();
    await trying.show(null);
    expect(trying.store.getState().runId).toBeNull();
  });

  it('begins with the middle of what training had, where the data is gone', async () => {
    const { trying, lose } = host();
    lose();
    void trying.show('a');
    await settle();
    expect(trying.store.getState().input).toEqual(row('40'));
    expect(trying.store.getState().noExample?.message).toBe('It is gone.');
  });
});

it('follows the run on show, and stays with one that was chosen until that changes', async () => {
  const { trying } = host();
  trying.follow('a');
  await settle();
  void trying.show('b');
  trying.follow('a');
  await settle();
  expect(trying.store.getState().runId).toBe('b');
  trying.follow('c');
  await settle();
  expect(trying.store.getState().runId).toBe('c');
});

it('a case is kept with its input, judged, deleted and put back', async () => {
  const { trying, kept } = host();
  void trying.show('a');
  await settle();
  await trying.keep({ name: 'Young', expected: 'no' });
  expect([...kept.values()]).toEqual([
    {
      ...{ id: 'case-1', name: 'Young', expected: 'no', input: row('30') },
      createdAt: '1970-01-01T00:00:00.000Z',
    },
  ]);
  const [only] = trying.store.getState().cases;
  expect(trying.store.getState().results.get('case-1')?.outcome).toBe('passed');
  if (!only) throw new Error('no case');
  await trying.remove(only);
  expect(trying.store.getState()).toMatchObject({ cases: [], deleted: only });
  await trying.putBack();
  expect(trying.store.getState()).toMatchObject({ cases: [only], deleted: null });
});

it('a stroke is white where the pen was, fades at its edge, and leaves what was drawn', () => {
  const shape = [1, 28, 28] as const;
  const before = new Uint8Array(784);
  before[0] = 200;
  const drawn = brush(before, shape, [14, 6], [14, 22]);
  const at = (x: number, y: number): number => drawn[y * 28 + x] ?? 0;
  expect(at(14, 14)).toBe(255);
  expect(at(13, 14)).toBe(255);
  expect(at(15, 14)).toBeGreaterThan(0);
  expect(at(15, 14)).toBeLessThan(255);
  expect([at(18, 14), at(14, 2), at(14, 26)]).toEqual([0, 0, 0]);
  expect(at(0, 0)).toBe(200);
  expect(before[14 * 28 + 14]).toBe(0);
});
