/** Rule: a registry finds what files define under their own names, and refuses what would make a lookup ambiguous. */
import { expect, test } from 'vitest';
import { registry } from '#engine/ir/registry.ts';

interface Thing {
  readonly name: string;
  readonly place?: number;
}
const of = (files: Readonly<Record<string, Thing | undefined>>, ranked = false) =>
  registry<Thing>(
    Object.fromEntries(
      Object.entries(files).map(([path, thing]) => [path, thing ? { default: thing } : {}]),
    ),
    {
      kind: 'thing',
      nameOf: ({ name }) => name,
      ...(ranked ? { rank: ({ place }: Thing) => place ?? 0 } : {}),
    },
  );

test('files are called as what they define', () => {
  const found = of({
    './adamW.ts': { name: 'AdamW' },
    './sgd.ts': { name: 'SGD' },
    './fashionMnist.ts': { name: 'fashion-mnist' },
  });
  expect([...found.keys()]).toEqual(['AdamW', 'SGD', 'fashion-mnist']);
  expect(() => of({ './adam.ts': { name: 'AdamW' } })).toThrow('its file must be adamW.ts');
});

test('one of a name, and a default export in each', () => {
  expect(() => of({ './a.ts': { name: 'a' }, './more/a.ts': { name: 'a' } })).toThrow(
    'two files define the thing a',
  );
  expect(() => of({ './a.ts': undefined })).toThrow('./a.ts has no default export');
});

test('by rank, then by name', () => {
  const files = {
    './c.ts': { name: 'c', place: 1 },
    './b.ts': { name: 'b', place: 2 },
    './a.ts': { name: 'a', place: 2 },
  };
  expect([...of(files).keys()]).toEqual(['c', 'b', 'a']);
  expect([...of(files, true).keys()]).toEqual(['c', 'a', 'b']);
});
