/** What the command line prints: results on stdout, everything else on stderr, and its exit codes. */
import { errorStack } from '#engine/ir/errors.ts';
import type { Problem } from '#engine/ir/index.ts';
import { InputError } from '#engine/ir/index.ts';
import { asInputError } from '#engine/ir/systemError.ts';
import { layers } from '#engine/layers/index.ts';
import { RemoteError } from '#engine/protocol/index.ts';

export const EXIT = { success: 0, input: 1, usage: 2, fault: 3 } as const;

export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

export function note(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Whether the command goes on when nobody reads what it prints any more. */
let unread = false;
export function outlivesItsReader(): void {
  unread = true;
}

/** What nobody reads is no fault: `netloom datasets | head` has seen enough, a terminal was closed. */
export function endWithReader(exitCode: () => number): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
      if (!unread) process.exit(exitCode());
    });
  }
}

/** `error shape.linear-needs-flat at fc1.x: Linear takes ...`; a place in a file after that of the node. */
export function problemLine(problem: Problem): string {
  const { node, port, path } = problem;
  const places = [node === undefined || port === undefined ? node : `${node}.${port}`, path];
  const place = places.filter((each) => each !== undefined).join(', ');
  const at = place === '' ? '' : ` at ${place}`;
  const fix = problem.fixes?.[0] ? ` (fix: ${problem.fixes[0].label})` : '';
  return `${problem.severity} ${problem.code}${at}: ${problem.message}${fix}`;
}

/** What there is, where something was named that is not. */
export function known(problems: readonly Problem[]): readonly string[] {
  const unknown = problems.some(({ code }) => code === 'document.unknown-layer');
  return unknown ? [`Layers there are: ${[...layers.keys()].sort().join(', ')}.`] : [];
}

/** Says what went wrong and answers the exit code for it. */
export function reportFailure(thrown: unknown): number {
  const error = asInputError(thrown);
  const problems =
    error instanceof InputError || error instanceof RemoteError ? error.problems : [];
  if (problems.length > 0) {
    for (const problem of problems) {
      note(problemLine(problem));
      if (problem.explanation !== undefined) note(`  ${problem.explanation}`);
    }
    for (const line of known(problems)) note(line);
    return EXIT.input;
  }
  if (error instanceof RemoteError && error.code !== undefined) {
    note(`error ${error.code}: ${error.message}`);
    return EXIT.fault;
  }
  note(errorStack(error));
  return EXIT.fault;
}
