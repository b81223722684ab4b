/**
 * All mutants of a draw in one build: each place asks a switch which text of it holds, so that a file is read and
 * transformed once and a mutant costs no more than the tests that reach it.
 */
import { relative, sep } from 'node:path';
import type { Plugin } from 'vite';
import type { Mutant } from './mutants.ts';

export interface Switched extends Pick<Mutant, 'start' | 'end' | 'text' | 'isStatement'> {
  readonly id: number;
}

/** What a switch is called; `runner.ts` defines it in the worker. */
export const SWITCH = '__isMutant';

export function withSwitches(source: string, mutants: readonly Switched[]): string {
  // What holds others comes before them; of the same place a statement does.
  const sorted = mutants.toSorted(
    (a, b) => a.start - b.start || b.end - a.end || Number(b.isStatement) - Number(a.isStatement),
  );
  let next = 0;
  const render = (start: number, end: number): string => {
    let text = '';
    let at = start;
    for (let first = sorted[next]; first && first.start < end; first = sorted[next]) {
      const here: Switched[] = [];
      const isHere = (other: Switched | undefined): other is Switched =>
        other?.start === first.start &&
        other.end === first.end &&
        other.isStatement === first.isStatement;
      for (let each = sorted[next]; isHere(each); each = sorted[++next]) here.push(each);
      text += source.slice(at, first.start) + choice(here, render(first.start, first.end));
      at = first.end;
    }
    return text + source.slice(at, end);
  };
  return render(0, source.length);
}

function choice(mutants: readonly Switched[], original: string): string {
  const [first] = mutants;
  if (first?.isStatement) {
    return `if (!${mutants.map(({ id }) => `${SWITCH}(${id})`).join(' && !')}) { ${original} }`;
  }
  const texts = mutants.map(({ id, text }) => `${SWITCH}(${id}) ? (${text}) : `);
  return `(${texts.join('')}(${original}))`;
}

export function switches(root: string, mutants: readonly Mutant[]): Plugin {
  return {
    name: 'mutants',
    enforce: 'pre',
    transform(source, id) {
      const path = relative(root, id.split('?')[0] ?? '')
        .split(sep)
        .join('/');
      const here = mutants.flatMap((mutant, at) =>
        mutant.file === path ? [{ ...mutant, id: at }] : [],
      );
      return here.length > 0 ? { code: withSwitches(source, here), map: null } : null;
    },
  };
}
