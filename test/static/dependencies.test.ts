/** Rule: what package.json names as a dependency is imported somewhere in the product, or a file of it read, or it is not there. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const ROOT = new URL('../../', import.meta.url);
function imported(): ReadonlySet<string> {
  const found = new Set<string>();
  for (const folder of ['src-engine', 'src-main', 'src-player', 'src-renderer']) {
    for (const entry of readdirSync(new URL(folder, ROOT), { recursive: true })) {
      const path = String(entry);
      if (!/\.(ts|tsx|css)$/.test(path)) continue;
      const text = readFileSync(new URL(`${folder}/${path}`, ROOT), 'utf8');
      for (const [, name = ''] of text.matchAll(
        /(?:from|import|import\(|resolve\()\s*'([^'.#][^']*)'/g,
      )) {
        const [scope, second] = name.split('/');
        found.add(scope?.startsWith('@') ? `${scope}/${second}` : (scope ?? ''));
      }
    }
  }
  return found;
}

test('every dependency is imported', () => {
  const { dependencies } = JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8')) as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  const used = imported();
  expect(used.has('react')).toBe(true);
  const unused = Object.keys(dependencies).filter((name) => !used.has(name));
  expect(unused).toEqual([]);
});
