/** Rule: a link works once and for ten minutes; guessing is slow; what is kept is bounded. */
import { expect, test } from 'vitest';
import { Access } from '#main/server/access.ts';

const HERE = '127.0.0.1';
const MINUTE_MS = 60_000;

function accessAt() {
  let now = 0;
  const access = new Access({ hosts: new Set(['127.0.0.1:8000']), now: () => now });
  return { access, wait: (ms: number) => void (now += ms) };
}

test('a code is exchanged once, a secret is known from then on', () => {
  const { access } = accessAt();
  const code = access.makeCode();
  const { verdict, secret = '' } = access.exchange(code, HERE);
  expect(verdict).toBe('yes');
  expect(access.exchange(code, HERE)).toEqual({ verdict: 'no' });
  expect(access.knows(secret, HERE)).toBe('yes');
  expect(access.knows(secret, HERE)).toBe('yes');
  expect(access.knows(code, HERE)).toBe('no');
  expect(access.isOwner(secret, HERE)).toBe('no');
});

test('a code expires, a secret does not', () => {
  const { access, wait } = accessAt();
  const [early, late] = [access.makeCode(), access.makeCode()];
  wait(9 * MINUTE_MS);
  const { secret = '' } = access.exchange(early, HERE);
  wait(2 * MINUTE_MS);
  expect(access.exchange(late, HERE).verdict).toBe('no');
  wait(1000 * MINUTE_MS);
  expect(access.knows(secret, HERE)).toBe('yes');
});

test('after 30 wrong ones within a minute none from that address is looked at', () => {
  const { access, wait } = accessAt();
  const { secret = '' } = access.exchange(access.makeCode(), HERE);
  for (let guess = 0; guess < 30; guess += 1) {
    const verdict = [
      () => access.knows(`guess ${guess}`, HERE),
      () => access.exchange(`guess ${guess}`, HERE).verdict,
      () => access.isOwner(`guess ${guess}`, HERE),
    ][guess % 3]?.();
    expect(verdict).toBe('no');
  }
  expect(access.knows(secret, HERE)).toBe('wait');
  expect(access.isOwner(access.ownerKey, HERE)).toBe('wait');
  expect(access.exchange(access.makeCode(), HERE).verdict).toBe('wait');
  expect(access.knows(secret, '192.168.0.7')).toBe('yes');
  wait(MINUTE_MS + 1);
  expect(access.knows(secret, HERE)).toBe('yes');
});

test('links and secrets that nobody used are forgotten, the oldest first', () => {
  const { access } = accessAt();
  const first = access.makeCode();
  const { secret = '' } = access.exchange(access.makeCode(), HERE);
  for (let link = 0; link < 64; link += 1) access.makeCode();
  expect(access.exchange(first, HERE).verdict).toBe('no');
  const secrets = Array.from(
    { length: 255 },
    () => access.exchange(access.makeCode(), HERE).secret ?? '',
  );
  // Used again, it is not the oldest any more.
  expect(access.knows(secret, HERE)).toBe('yes');
  access.exchange(access.makeCode(), HERE);
  expect(access.knows(secrets[0] ?? '', HERE)).toBe('no');
  expect(access.knows(secret, HERE)).toBe('yes');
});

test.each([
  [{ host: '127.0.0.1:8000', origin: 'http://127.0.0.1:8000' }, true, true],
  [{ host: '127.0.0.1:8000', origin: 'http://127.0.0.1:8001' }, true, false],
  [{ host: '127.0.0.1:8000', origin: 'null' }, true, false],
  [{ host: '127.0.0.1:8000' }, true, false],
  [{ host: 'evil.example', origin: 'http://evil.example' }, false, true],
  [{ origin: 'http://127.0.0.1:8000' }, false, false],
])('%o: host %s, origin %s', (headers, host, origin) => {
  const { access } = accessAt();
  expect([access.hostAllowed(headers), access.originAllowed(headers)]).toEqual([host, origin]);
});

test('on the open network any name will do, as long as the page comes from it', () => {
  const access = new Access({ hosts: null });
  expect(access.hostAllowed({ host: 'workstation:8000' })).toBe(true);
  expect(
    access.originAllowed({ host: 'workstation:8000', origin: 'https://workstation:8000' }),
  ).toBe(true);
});
