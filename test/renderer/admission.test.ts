/** Rule: the code leaves the address before anything else; the secret is kept for the tab. */
import { describe, expect, it } from 'vitest';
import { createAdmission, RefusedError } from '#renderer/bridge/admission.ts';

function page(hash: string, kept: Record<string, string> = {}) {
  const storage = new Map(Object.entries(kept));
  const location = { hash, pathname: '/', search: '' };
  const asked: unknown[] = [];
  const answers: (Response | Error)[] = [];
  const admission = createAdmission({
    location,
    history: {
      replaceState: (_data, _title, url) => {
        expect(url).toBe('/');
        location.hash = '';
      },
    },
    storage: {
      getItem: (key) => storage.get(key) ?? null,
      setItem: (key, value) => void storage.set(key, value),
      removeItem: (key) => void storage.delete(key),
    },
    fetch: async (_url, options) => {
      expect(location.hash).toBe('');
      asked.push(JSON.parse(options?.body as string));
      const answer = answers.shift();
      if (answer instanceof Response) return answer;
      throw answer ?? new Error('nothing to answer');
    },
  });
  return { admission, location, storage, asked, answers };
}
const given = (secret: string) => new Response(JSON.stringify({ secret }));
const refusal = (status: number) => new Response('no', { status });

describe('being let in', () => {
  it('exchanges the code once and keeps the secret', async () => {
    const { admission, storage, asked, answers } = page('#link-abc');
    answers.push(given('s1'));
    expect(await admission.secret()).toBe('s1');
    expect(await admission.secret()).toBe('s1');
    expect(asked).toEqual([{ code: 'abc' }]);
    expect([...storage.values()]).toEqual(['s1']);
  });

  it('asks again with the same code where the server could not be reached', async () => {
    const { admission, asked, answers } = page('#link-abc');
    answers.push(new TypeError('Failed to fetch'), given('s1'));
    await expect(admission.secret()).rejects.toThrow('Failed to fetch');
    expect(await admission.secret()).toBe('s1');
    expect(asked).toEqual([{ code: 'abc' }, { code: 'abc' }]);
  });

  it.each([
    ['', [], 'without a link'],
    ['#elsewhere', [], 'without a link'],
    ['#link-old', [refusal(403)], 'used already'],
    ['#link-old', [refusal(429)], 'Too many'],
  ])('is refused with %o', async (hash, answers, why) => {
    const { admission, ...own } = page(hash);
    own.answers.push(...answers);
    const outcome = admission.secret();
    await expect(outcome).rejects.toBeInstanceOf(RefusedError);
    await expect(outcome).rejects.toThrow(why);
  });

  it('takes a new link where there is one, and what it has where that is used up', async () => {
    const { admission, location, answers } = page('#link-old', { 'netloom.secret': 'kept' });
    answers.push(refusal(403));
    expect(await admission.secret()).toBe('kept');
    location.hash = '#link-new';
    answers.push(given('s2'));
    expect(await admission.secret()).toBe('s2');
    admission.forget();
    await expect(admission.secret()).rejects.toThrow('without a link');
  });
});
