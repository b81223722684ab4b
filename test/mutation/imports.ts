/** How far each test file is from a source, over imports: those nearest to a mutant are asked first. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { ROOT } from './work.ts';

const FOLDERS: Readonly<Record<string, string>> = {
  '#engine': 'src-engine',
  '#main': 'src-main',
  '#player': 'src-player',
  '#renderer': 'src-renderer',
  '#test': 'test',
};
const IMPORT = /(?:^|[\s;}])(?:from|import)\s*\(?\s*'([^']+)'/g;
const TYPES = /(?:^|\n)(?:import|export) type [^;]*;/g;
const FOUND = /import\.meta\.glob[^(]*\(\s*(?:\[([^\]]*)\]|('[^']*'))/g;

/** The files that one imports, or finds as a registry does. */
function importsOf(file: string): readonly string[] {
  const text = readFileSync(join(ROOT, file), 'utf8').replaceAll(TYPES, '');
  const folder = dirname(join(ROOT, file));
  const named = [...text.matchAll(IMPORT)].map(([, source = '']) => {
    const [path = ''] = source.split('?');
    const [alias = '', ...rest] = path.split('/');
    if (path.startsWith('.')) return join(folder, path);
    return alias in FOLDERS ? join(ROOT, FOLDERS[alias] ?? '', ...rest) : null;
  });
  const found = [...text.matchAll(FOUND)].flatMap(([, several, one = '']) =>
    [...(several ?? one).matchAll(/'([^'!][^']*)'/g)].flatMap(([, pattern = '']) =>
      globSync(pattern, { cwd: folder }).map((path) => join(folder, path)),
    ),
  );
  return [...named, ...found]
    .filter((path) => path !== null)
    .filter((path) => /\.tsx?$/.test(path) && existsSync(path))
    .map((path) => relative(ROOT, path));
}

/** Of each file that imports it, itself or through others, by how many steps. */
export type Distances = ReadonlyMap<string, number>;

export function distancesTo(): (source: string) => Distances {
  const importers = new Map<string, Set<string>>();
  const files = globSync('{src-engine,src-main,src-player,src-renderer,test}/**/*.{ts,tsx}', {
    cwd: ROOT,
  });
  for (const file of files) {
    for (const imported of importsOf(file)) {
      const known = importers.get(imported) ?? new Set();
      importers.set(imported, known.add(file));
    }
  }
  return (source) => {
    const found = new Map([[source, 0]]);
    for (const [file, steps] of found) {
      for (const importer of importers.get(file) ?? []) {
        if (!found.has(importer)) found.set(importer, steps + 1);
      }
    }
    return found;
  };
}
