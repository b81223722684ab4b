/**
 * Whether an answer is what somebody expected, and the answer in words; labels, of which there may be several, are
 * separated by commas. Pure.
 */
import type { CaseResult, ToldAnswer, TryCase } from '#engine/protocol/index.ts';

/** Of a number that is expected, where nobody said how far an answer may be off. */
export const USUAL_TOLERANCE = 0.1;

export function judge(
  { id, expected, tolerance }: Pick<TryCase, 'id' | 'expected' | 'tolerance'>,
  [first]: readonly ToldAnswer[],
): CaseResult {
  if (!first) return { id, outcome: 'answered', answer: null };
  const wanted = expected?.trim() ?? '';
  if (first.kind === 'classes') {
    const [best] = first.classes;
    const answer = best?.name ?? null;
    const sure = best ? { probability: best.probability } : {};
    const outcome = wanted === '' ? 'answered' : answer === wanted ? 'passed' : 'failed';
    return { id, outcome, answer, ...sure };
  }
  if (first.kind === 'labels') {
    const yes = first.labels.filter(({ probability }) => probability > 0.5).map(({ name }) => name);
    const answer = yes.length > 0 ? yes.join(', ') : 'none';
    if (wanted === '') return { id, outcome: 'answered', answer };
    const named = wanted === 'none' ? [] : wanted.split(',').map((name) => name.trim());
    const isSame = named.length === yes.length && named.every((name) => yes.includes(name));
    return { id, outcome: isSame ? 'passed' : 'failed', answer };
  }
  const [value] = first.values;
  const answer = value ? String(Number(value.value.toPrecision(6))) : null;
  if (wanted === '' || !value) return { id, outcome: 'answered', answer };
  const number = Number(wanted.replace(',', '.'));
  const allowed = tolerance ?? Math.abs(number) * USUAL_TOLERANCE;
  const isNear = Number.isFinite(number) && Math.abs(value.value - number) <= allowed;
  return { id, outcome: isNear ? 'passed' : 'failed', answer };
}
