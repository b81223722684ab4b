/** `netloom predict RUN --cases`: how a run does on the samples that were kept for its project. */
import type { CaseResult } from '#engine/protocol/index.ts';
import { namedRun } from './findRun.ts';
import { createNodeHost } from './host.ts';
import { EXIT, note, print, printJson } from './output.ts';

/** Answers `EXIT.input` where a case failed, or could not be answered. */
export async function predictCases(target: string, json: boolean): Promise<number> {
  const { services } = createNodeHost();
  try {
    const { id, name } = namedRun(services.runs.list(), target);
    const cases = await services.trying.list(id);
    const results = await services.trying.runCases({ runId: id });
    const told = cases.flatMap((kept, i) => {
      const result = results[i];
      return result ? [{ name: kept.name, expected: kept.expected, ...result }] : [];
    });
    if (json) printJson({ run: id, cases: told });
    else if (told.length === 0) note(`No case is kept for the project of ${name}.`);
    else for (const each of told) print(lineOf(each));
    const isWrong = ({ outcome }: CaseResult): boolean =>
      outcome === 'failed' || outcome === 'refused';
    return results.some(isWrong) ? EXIT.input : EXIT.success;
  } finally {
    await services.close();
  }
}

type Told = CaseResult & { readonly name: string; readonly expected: string | null };

function lineOf({ name, outcome, answer, expected, problem }: Told): string {
  const said = answer ?? problem?.message ?? '';
  const wanted = outcome === 'failed' ? `, expected ${expected ?? ''}` : '';
  return `${outcome.padEnd(8)}  ${name}: ${said}${wanted}`;
}
