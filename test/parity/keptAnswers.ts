/** Tests that compare kept answers (modelAnswers.ts) with what is exported and answered now, and make them anew. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { canDerive } from '../support/derivedFile.ts';
import {
  type Answer,
  type AskedModel,
  differences,
  readModels,
  textOf,
  writeModels,
} from '../support/modelAnswers.ts';
import { withoutPython } from '../support/python.ts';

/** What the other program said to the models of a file. */
export interface Told {
  /** It, with its version. */
  readonly who: string;
  /** To a model, by its title. */
  readonly answers: (title: string) => readonly Answer[];
}

export interface KeptAnswers {
  readonly who: string;
  readonly folder: string;
  /** How far answers may be apart, of the largest number. */
  readonly limit: number;
  /** By the names of files, without `.txt`. */
  readonly models: ReadonlyMap<string, readonly AskedModel[]>;
  /** Asks about these files, and throws where an answer is not as it should be; `scratch` is an empty folder. */
  readonly ask: (names: readonly string[], scratch: string) => Promise<ReadonlyMap<string, Told>>;
}

export function compareKept({ who, folder, limit, models, ask }: KeptAnswers): void {
  const pathOf = (name: string): string => join(folder, `${name}.txt`);
  const keptTexts = (name: string): readonly string[] =>
    readModels(pathOf(name)).map(({ text }) => text);

  beforeAll(async () => {
    if (!canDerive || withoutPython !== '') return;
    mkdirSync(folder, { recursive: true });
    const stale = [...models].filter(
      ([name, own]) => keptTexts(name).join('\n') !== own.map(textOf).join('\n'),
    );
    if (stale.length === 0) return;
    const scratch = mkdtempSync(join(tmpdir(), 'netloom-answers-'));
    const told = await ask(
      stale.map(([name]) => name),
      scratch,
    );
    for (const [name, own] of stale) {
      const found = told.get(name);
      if (found) writeModels(pathOf(name), found.who, own, found.answers);
    }
    rmSync(scratch, { recursive: true, force: true });
  }, 3_600_000);

  test('no answers are kept of layers that are gone', () => {
    const files = [...models.keys()].map((name) => `${name}.txt`);
    expect(readdirSync(folder).toSorted()).toEqual(files.toSorted());
  });

  describe.each([...models])('%s', (name, own) => {
    test(`${who} was asked what is exported`, () => {
      expect(keptTexts(name), `npm run derive asks ${who} anew`).toEqual(own.map(textOf));
    });

    test('it answers what the network answers', () => {
      const kept = new Map(readModels(pathOf(name)).map((each) => [each.text, each.answers]));
      const far = own.flatMap((model) =>
        differences(kept.get(textOf(model)) ?? [], model.answers, limit).map(
          (difference) => `${model.title}: ${difference}`,
        ),
      );
      expect(far).toEqual([]);
    });
  });
}
