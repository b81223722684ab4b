/** What is left out of a folder, counted by reason, the first few by name. */
import { formatInteger } from '#engine/ir/numberText.ts';
const MOST_NAMED = 5;

interface Reason {
  count: number;
  readonly named: string[];
}

export class Skipped {
  readonly #reasons = new Map<string, Reason>();

  /** `why` continues "is left out:". */
  add(name: string, why: string): void {
    const reason = this.#reasons.get(why) ?? { count: 0, named: [] };
    this.#reasons.set(why, reason);
    reason.count++;
    if (reason.named.length < MOST_NAMED) reason.named.push(name);
  }

  get count(): number {
    return [...this.#reasons.values()].reduce((sum, { count }) => sum + count, 0);
  }

  /** A total, then a sentence for each of the most frequent reasons. */
  sentences(): readonly string[] {
    if (this.count === 0) return [];
    const reasons = [...this.#reasons].sort(([, a], [, b]) => b.count - a.count);
    const total =
      this.count === 1 ? '1 file is left out.' : `${formatInteger(this.count)} files are left out.`;
    return [
      total,
      ...reasons.slice(0, MOST_NAMED).map(([why, { count, named }]) => {
        const more = count - named.length;
        return `${why}: ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}.`;
      }),
      ...(reasons.length > MOST_NAMED
        ? [`There are ${reasons.length - MOST_NAMED} more reasons.`]
        : []),
    ];
  }
}
