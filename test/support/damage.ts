/** Damages files as disks, transfers and people do: cuts, flips, moves parts, and changes what text says. */
import type { RandomStream } from '#engine/ops/index.ts';

type Damage = (bytes: Uint8Array, random: RandomStream) => Uint8Array;

const place = (bytes: Uint8Array, random: RandomStream): number =>
  random.integer(Math.max(1, bytes.length));
/** From and to, at most so far apart. */
function part(bytes: Uint8Array, random: RandomStream, most = 200): readonly [number, number] {
  const from = place(bytes, random);
  return [from, Math.min(bytes.length, from + 1 + random.integer(most))];
}
const joined = (...parts: readonly Uint8Array[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((each) => [...each]));

const OF_BYTES: readonly Damage[] = [
  (bytes, random) => bytes.slice(0, place(bytes, random)),
  (bytes, random) => {
    const damaged = bytes.slice();
    for (let i = 0; i <= random.integer(8); i++) {
      const at = place(damaged, random);
      damaged[at] = (damaged[at] ?? 0) ^ (1 << random.integer(8));
    }
    return damaged;
  },
  (bytes, random) => {
    const damaged = bytes.slice();
    for (let i = 0; i < 3; i++) damaged[place(damaged, random)] = random.integer(256);
    return damaged;
  },
  (bytes, random) => {
    const [from, to] = part(bytes, random);
    return joined(bytes.subarray(0, from), bytes.subarray(to));
  },
  (bytes, random) => {
    const [from, to] = part(bytes, random);
    return joined(bytes.subarray(0, to), bytes.subarray(from));
  },
  (bytes, random) => {
    const [from, to] = part(bytes, random, 16);
    return bytes.slice().fill(random.integer(2) * 255, from, to);
  },
];

const WRONG = [
  ...['null', 'true', '-1', '0', '1e308', '-1e308', '0.5', '9007199254740993', '4294967296'],
  ...['""', '"x"', '[]', '{}', '[[]]', '[null]', '{"a":1}', '"__proto__"', '"constructor"'],
];
/** What stands for a value in JSON. */
const VALUE = /"(?:[^"\\]|\\.)*"(?!\s*:)|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?|true|false|null/gi;
const KEY = /"(?:[^"\\]|\\.)*"(?=\s*:)/g;

function replaced(
  text: string,
  pattern: RegExp,
  random: RandomStream,
  by: (found: string) => string,
): string {
  const found = [...text.matchAll(pattern)];
  const chosen = found[random.integer(Math.max(1, found.length))];
  if (!chosen) return text;
  const end = chosen.index + chosen[0].length;
  return text.slice(0, chosen.index) + by(chosen[0]) + text.slice(end);
}

/** JSON that is JSON still, with other types, lengths, names and depths. */
const OF_JSON: readonly ((text: string, random: RandomStream) => string)[] = [
  (text, random) => replaced(text, VALUE, random, () => WRONG[random.integer(WRONG.length)] ?? ''),
  (text, random) => replaced(text, /\d+/g, random, () => String(10 ** random.integer(18))),
  (text, random) => replaced(text, /\d+/g, random, (found) => `${found}${'0'.repeat(9)}`),
  (text, random) => replaced(text, KEY, random, () => '"__proto__"'),
  (text, random) => replaced(text, KEY, random, (found) => `"x${found.slice(1)}`),
  (text, random) => replaced(text, KEY, random, (found) => `${found}: 1, ${found}`),
  (text, random) => {
    const depth = 1 + random.integer(20_000);
    return replaced(text, VALUE, random, () => '['.repeat(depth) + ']'.repeat(depth));
  },
  (text, random) => replaced(text, VALUE, random, () => `"${'x'.repeat(random.integer(100_000))}"`),
];

export function damaged(bytes: Uint8Array, random: RandomStream): Uint8Array {
  const damage = OF_BYTES[random.integer(OF_BYTES.length)];
  return damage ? damage(bytes, random) : bytes;
}

export function damagedJson(text: string, random: RandomStream): string {
  const damage = OF_JSON[random.integer(OF_JSON.length)];
  return damage ? damage(text, random) : text;
}

/** Letters that separate, quote or end something in some format. */
const ODD = '"\n,;\t\r\0 9e999-{}[]:<&';

/** As `damaged`, some times over; letters that mean something are put in, and bytes change places. */
export function damagedOften(bytes: Uint8Array, random: RandomStream): Uint8Array {
  // A copy: what slices of a Buffer are given to is the Buffer itself.
  let out: Uint8Array = Uint8Array.from(bytes);
  for (let times = 1 + random.integer(2) * random.integer(4); times > 0; times--) {
    const at = place(out, random);
    const kind = random.integer(OF_BYTES.length + 2);
    if (kind < OF_BYTES.length) out = OF_BYTES[kind]?.(out, random) ?? out;
    else if (kind === OF_BYTES.length) {
      const odd = ODD.charAt(random.integer(ODD.length)).repeat(1 + random.integer(50));
      out = joined(out.subarray(0, at), new TextEncoder().encode(odd), out.subarray(at));
    } else {
      const other = place(out, random);
      out = out.slice();
      [out[at], out[other]] = [out[other] ?? 0, out[at] ?? 0];
    }
  }
  return out;
}
