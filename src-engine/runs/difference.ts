/**
 * In what runs differ: each setting that is not the same in all of them, with the value of each run. A setting
 * is known by its path and, where people have one, by its short name. The command line prints the same. Pure.
 */
import type { JsonValue } from '../ir/attrs.ts';
import { own } from '../ir/record.ts';
import { shortName, type RunSettings } from './settings.ts';

export interface SettingDifference {
  /** As people call it: `lr`, else the path. */
  readonly name: string;
  /** In the document: `training.optimizer.lr`. */
  readonly path: string;
  /** Run by run, as given; null where a run has no such setting. */
  readonly values: readonly (JsonValue | null)[];
}

export interface DifferenceOptions {
  /** Paths or short names that are left out; one that ends in `.*` leaves out all below it. */
  readonly ignored?: readonly string[];
  /** Those that are the same in all of them too. */
  readonly all?: boolean;
}

interface WithSettings {
  readonly settings: RunSettings;
}

/** In the order of the document: of the first run, then what only later ones have. */
export function settingDifferences(
  runs: readonly WithSettings[],
  { ignored = [], all = false }: DifferenceOptions = {},
): readonly SettingDifference[] {
  const paths = orderedPaths(runs);
  return paths.flatMap((path): readonly SettingDifference[] => {
    const name = shortName(path);
    if (ignored.some((each) => isMeant(each, path, name))) return [];
    const values = runs.map(({ settings }) => own(settings, path) ?? null);
    return all || values.some((value) => !isSame(value, values[0] ?? null))
      ? [{ name, path, values }]
      : [];
  });
}

/**
 * Another optimiser or layer brings settings of its own, and takes those of the old one with it: the change is
 * the optimiser or the layer.
 */
export function essentialDifferences(
  found: readonly SettingDifference[],
): readonly SettingDifference[] {
  const changed = new Set(found.map(({ path }) => path));
  const isOfChanged = ({ path, values }: SettingDifference): boolean =>
    values.includes(null) && parents(path).some((parent) => changed.has(parent));
  return found.filter((each) => !isOfChanged(each));
}

function parents(path: string): readonly string[] {
  const parts = path.split('.');
  return parts.slice(1).map((_, i) => parts.slice(0, i + 1).join('.'));
}

/** Of two values of a setting whether they set the same. */
export const isSame = (a: JsonValue | null, b: JsonValue | null): boolean =>
  a === b || JSON.stringify(a) === JSON.stringify(b);

function isMeant(ignored: string, path: string, name: string): boolean {
  if (ignored === path || ignored === name) return true;
  return ignored.endsWith('.*') && path.startsWith(ignored.slice(0, -1));
}

/** What only a later run has stands behind what comes before it there. */
function orderedPaths(runs: readonly WithSettings[]): readonly string[] {
  const paths: string[] = [];
  const known = new Set<string>();
  for (const { settings } of runs) {
    let at = 0;
    for (const path of Object.keys(settings)) {
      if (known.has(path)) {
        at = Math.max(at, paths.indexOf(path) + 1);
        continue;
      }
      known.add(path);
      paths.splice(at, 0, path);
      at += 1;
    }
  }
  return paths;
}
