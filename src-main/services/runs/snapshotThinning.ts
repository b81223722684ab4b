/**
 * Which of the snapshots of a kind stay where there are too many: the newest all, older ones the sparser the
 * older they are, so that doubling a run's length costs a constant more. Which go follows from the number a
 * snapshot was given when it was written: what is kept of a thinned list would have been kept of the whole.
 */
export interface Numbered {
  /** Of its kind, from 0 on. */
  readonly number: number;
  readonly bytes: number;
}

/** Never fewer of the newest, whatever their size. */
const LEAST_RECENT = 8;

/** At most so many bytes, as far as that goes; ascending by number, as they came. */
export function thinned<T extends Numbered>(all: readonly T[], mostBytes: number): readonly T[] {
  let kept = all;
  for (let recent = all.length; sizeOf(kept) > mostBytes && recent > LEAST_RECENT;) {
    recent = Math.max(LEAST_RECENT, Math.floor(recent * 0.8));
    kept = logarithmic(all, recent);
  }
  for (let level = 1; sizeOf(kept) > mostBytes && level < 32; level++) {
    kept = all.filter(({ number }, i) => i === all.length - 1 || levelOf(number) >= level);
  }
  return kept;
}

/** All of the `recent` newest, half of as many before these, a quarter of twice as many before those... */
function logarithmic<T extends Numbered>(all: readonly T[], recent: number): readonly T[] {
  const newest = all.at(-1)?.number ?? 0;
  return all.filter(({ number }) => {
    const age = newest - number;
    return age < recent || levelOf(number) > Math.floor(Math.log2(age / recent));
  });
}

/** How often a number can be halved; the first of all stays longest. */
function levelOf(number: number): number {
  return number === 0 ? Infinity : 31 - Math.clz32(number & -number);
}

function sizeOf(list: readonly Numbered[]): number {
  return list.reduce((sum, { bytes }) => sum + bytes, 0);
}
