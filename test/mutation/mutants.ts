/** The mutants of files: how each is known, and which are drawn. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { editsOf } from './operators.ts';

export interface Mutant {
  /** From the root. */
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly isStatement: boolean;
  readonly kind: string;
  readonly change: string;
  readonly line: number;
  /** The line as it is written: stays when others move it. */
  readonly code: string;
  /** The same in every version that has the line and the change, whatever stands around it. */
  readonly key: string;
}

/** Sources below these folders, from the root. */
export function sourcesIn(root: string, folders: readonly string[]): readonly string[] {
  return folders
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts'))
        .map((name) => `${folder}/${name}`),
    )
    .sort();
}

export function mutantsOf(root: string, file: string): readonly Mutant[] {
  const source = readFileSync(join(root, file), 'utf8');
  const lines = source.split('\n');
  const seen = new Map<string, number>();
  return editsOf(file, source).map(({ kind, node, text, change }) => {
    const start = node.getStart();
    const line = source.slice(0, start).split('\n').length;
    const code = (lines[line - 1] ?? '').trim();
    const name = [file, code, change].join(' | ');
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    const key = times === 1 ? name : `${name} | ${times}`;
    const isStatement = kind === 'statement';
    return { file, start, end: node.getEnd(), text, isStatement, kind, change, line, code, key };
  });
}

/** So many of them: those whose keys, with the seed, hash lowest, so that an edit elsewhere changes no draw. */
export function draw(mutants: readonly Mutant[], count: number, seed: number): readonly Mutant[] {
  const rank = ({ key }: Mutant): string =>
    createHash('sha256').update(`${seed} ${key}`).digest('hex');
  return mutants
    .map((mutant) => ({ mutant, rank: rank(mutant) }))
    .sort((a, b) => (a.rank < b.rank ? -1 : 1))
    .slice(0, count)
    .map(({ mutant }) => mutant);
}
