/** Examples to start from: in groups, the smallest first, and found by their layers as well as by their names. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { restoreDocumentText } from '#engine/ir/restoreDocument.ts';
import { exampleGroup } from '#main/services/exampleGroup.ts';
import { shownExamples } from '#renderer/app/exampleGroups.ts';

const FOLDER = join(import.meta.dirname, '..', '..', 'resources', 'examples');
const ALL = readdirSync(FOLDER).map((file) => {
  const restored = restoreDocumentText(readFileSync(join(FOLDER, file), 'utf8'));
  if (!restored.ok) throw new Error(file);
  const { document } = restored;
  const name = file.replace('.netloom.json', '');
  return { name, title: document.name, summary: '', group: exampleGroup(document), document };
});
const namesOf = (query: string) =>
  shownExamples(ALL, query).flatMap(({ examples }) => examples.map(({ name }) => name));

describe('groups', () => {
  it.each([
    ['xor', 'points'],
    ['regression', 'points'],
    ['digits-lenet', 'images'],
    ['shapes-tasks', 'images'],
    ['digits-gan', 'generate'],
    ['digits-vae', 'generate'],
    ['inpainting-unet', 'generate'],
    ['forecast', 'sequences'],
    ['forecast-lstm', 'sequences'],
  ])('%s is among %s', (name, group) => {
    expect(ALL.find((each) => each.name === name)?.group).toBe(group);
  });
  it('hold every example once, the smallest network first', () => {
    expect(namesOf('').toSorted()).toEqual(ALL.map(({ name }) => name).toSorted());
    for (const { examples } of shownExamples(ALL, '')) {
      const sizes = examples.map(({ document }) => document.nodes.length);
      expect(sizes).toEqual(sizes.toSorted((a, b) => a - b));
    }
  });
});

describe('a search', () => {
  it('finds titles, layers and words of the notes', () => {
    expect(namesOf('spirals')).toContain('spirals');
    expect(namesOf('Reparameterise')).toEqual(['digits-vae']);
    expect(namesOf('distillation of noise and nothing')).toEqual([]);
  });
  it('leaves out groups without any', () => {
    expect(shownExamples(ALL, 'Reparameterise').map(({ group }) => group)).toEqual(['generate']);
  });
});
