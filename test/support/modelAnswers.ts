/**
 * What models that are exported say when another program runs them, kept as text beside the tests: for each model the
 * lines of its code, a digest of all it is made of, and numbers of its answers. Code and files are compared with what is
 * exported now, the numbers with ours, on every machine; the other program is asked when the text is made anew.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { WrittenModel } from '#engine/export/define.ts';
import { formatShape } from '#engine/ir/tensor.ts';

export interface Answer {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: ArrayLike<number>;
}

export interface AskedModel {
  readonly title: string;
  /** Lines of its code that are its own. */
  readonly lines: readonly string[];
  /** Of its code, its weights and what it is given. */
  readonly digest: string;
  /** As they should be. */
  readonly answers: readonly Answer[];
}

/** An output: some of its numbers, and a sum in which each has a weight of its own, so that none can change unseen. */
interface KeptAnswer {
  readonly name: string;
  readonly shape: string;
  readonly sum: number;
  readonly some: readonly number[];
}
interface KeptModel {
  /** Title, code and digest. */
  readonly text: string;
  readonly answers: readonly KeptAnswer[];
}

/** So many of an output are kept, from its first to its last. */
const SOME = 6;
/** As many as a float32 has, and one more. */
const DIGITS = 8;
const TITLE = '= ';
const ANSWER = '> ';

export function filesOf(model: WrittenModel): ReadonlyMap<string, Uint8Array> {
  if (!('folder' in model)) throw new Error('a model is a folder');
  return new Map(
    model.folder.flatMap((file) => ('bytes' in file ? [[file.path, file.bytes] as const] : [])),
  );
}

export function digestOf(...parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex').slice(0, 12);
}

export const textOf = ({ title, lines, digest }: AskedModel): string =>
  [`${TITLE}${title}`, ...lines, `files ${digest}`].join('\n');

function keptAnswer({ name, shape, values }: Answer): KeptAnswer {
  const rounded = (value: number): number => Number(value.toPrecision(DIGITS));
  const last = values.length - 1;
  const places = new Set(
    Array.from({ length: SOME }, (_, k) => Math.round((k * last) / (SOME - 1))),
  );
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i] ?? NaN) * Math.cos(i);
  return {
    name,
    shape: formatShape(shape),
    sum: rounded(sum),
    some: last < 0 ? [] : [...places].map((i) => rounded(values[i] ?? NaN)),
  };
}

/** None where nobody was asked yet. */
export function readModels(path: string): readonly KeptModel[] {
  if (!existsSync(path)) return [];
  const [, ...blocks] = readFileSync(path, 'utf8').split(`\n${TITLE}`);
  return blocks.map((block) => {
    const lines = `${TITLE}${block}`.trimEnd().split('\n');
    const isAnswer = (line: string): boolean => line.startsWith(ANSWER);
    return {
      text: lines.filter((line) => !isAnswer(line)).join('\n'),
      answers: lines.filter(isAnswer).map((line): KeptAnswer => {
        const [name = '', shape = '', sum, some = ''] = line.slice(ANSWER.length).split(' | ');
        const values = some === '' ? [] : some.split(' ').map(Number);
        return { name, shape, sum: Number(sum), some: values };
      }),
    };
  });
}

/** `answers`: what the other program says to a model, by its title. */
export function writeModels(
  path: string,
  who: string,
  models: readonly AskedModel[],
  answers: (title: string) => readonly Answer[],
): void {
  const blocks = models.map((model) => {
    const lines = answers(model.title)
      .map(keptAnswer)
      .map(({ name, shape, sum, some }) => [name, shape, sum, some.join(' ')].join(' | '));
    return [textOf(model), ...lines.map((line) => `${ANSWER}${line}`)].join('\n');
  });
  writeFileSync(path, `${[`${who} answered.`, ...blocks].join('\n')}\n`);
}

/** What of our answers is not what is kept, beyond `limit` of an output's largest number. */
export function differences(
  kept: readonly KeptAnswer[],
  answers: readonly Answer[],
  limit: number,
): readonly string[] {
  if (kept.length !== answers.length) return [`${answers.length} outputs, not ${kept.length}`];
  return answers.flatMap((answer, k) => {
    const ours = keptAnswer(answer);
    const theirs = kept[k];
    if (theirs?.name !== ours.name || theirs.shape !== ours.shape) {
      return [`${ours.name} of ${ours.shape}, not ${theirs?.name} of ${theirs?.shape}`];
    }
    const largest = Math.max(1e-6, ...Array.from(answer.values, Math.abs));
    const far = (one: number, other: number | undefined, bound: number): boolean =>
      !(Math.abs(one - (other ?? NaN)) <= bound);
    const values = ours.some.flatMap((value, i) =>
      far(value, theirs.some[i], limit * largest)
        ? [`${ours.name}: ${value}, not ${theirs.some[i]}`]
        : [],
    );
    // Errors of single numbers point either way.
    const bound = limit * largest * Math.sqrt(answer.values.length);
    return far(ours.sum, theirs.sum, bound)
      ? [...values, `${ours.name}: weighed sum ${ours.sum}, not ${theirs.sum}`]
      : values;
  });
}
