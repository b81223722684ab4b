/**
 * A judge of made and real samples is never wrong: its answers are where it wants them, and what it judges learns
 * little from it. Reference: Arjovsky and Bottou 2017, "Towards Principled Methods for Training Generative Adversarial
 * Networks", arXiv:1701.04862.
 */
import type { Head } from '#engine/check/heads.ts';
import { objectiveName, type ObjectivePart } from '#engine/check/objectiveParts.ts';
import { defineSign, slowerObjective } from './define.ts';

/** From what is wanted, in mean answers from 0 to 1. */
const CERTAIN = 0.02;
const FIRST_EPOCH = 1;

const place = ({ prediction }: Head): string | null =>
  prediction && `${prediction.node} ${prediction.port}`;

/** Somebody else wants one of its answers otherwise. */
function isOpposed({ losses }: ObjectivePart, heads: readonly Head[]): boolean {
  const own = new Set(heads.filter(({ loss }) => losses.includes(loss)).map(place));
  return heads.some((head) => !losses.includes(head.loss) && own.has(place(head)));
}

export default defineSign({
  id: 'certainAnswers',
  find({ document, analysis: { objectives, heads }, seen: { answers }, epoch }) {
    if (epoch <= FIRST_EPOCH) return null;
    for (const part of objectives) {
      const own = part.losses.flatMap((loss) => {
        const told = answers.get(loss);
        return told ? [{ loss, ...told }] : [];
      });
      const [first] = own;
      if (!first || !isOpposed(part, heads)) continue;
      // Two kinds that it is to keep apart, by answers from 0 to 1.
      const isJudge =
        own.some(({ wanted }) => wanted !== first.wanted) &&
        own.every(({ wanted }) => wanted >= 0 && wanted <= 1);
      const isCertain = own.every(({ answer, wanted }) => Math.abs(answer - wanted) < CERTAIN);
      if (!isJudge || !isCertain) continue;
      const said = own.map(({ answer }) => answer.toFixed(2)).join(' and ');
      return {
        code: 'training.certain-answers',
        severity: 'warning',
        node: first.loss,
        message: `${objectiveName(part)} is hardly ever wrong: its answers are ${said} on average.`,
        explanation:
          'What it judges gets next to no gradient that says how to be better. Slower steps of it, noise or dropout in it, or softer targets (0.9 in place of 1) keep both sides learning.',
        fixes: slowerObjective(document, part),
      };
    }
    return null;
  },
});
