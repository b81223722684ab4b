/** Names that go on with what is typed into the filter of the Runs view, and which there are. Pure. */
import { metrics } from '#engine/metrics/index.ts';
import { RUN_FIELDS, SHORT_SETTING_NAMES } from '#engine/runs/index.ts';

export interface Completion {
  readonly name: string;
  /** The text with it, and where the caret stands then. */
  readonly text: string;
  readonly caret: number;
}

const MOST = 8;

/** Names that go on with what stands before the caret; nothing within a text in quotes. */
export function completions(
  text: string,
  caret: number,
  names: readonly string[],
): readonly Completion[] {
  const before = text.slice(0, caret);
  if ((before.split('"').length - 1) % 2 === 1) return [];
  const [begun] = /[A-Za-z_][\w.]*$/.exec(before) ?? [];
  if (begun === undefined) return [];
  const low = begun.toLowerCase();
  const starts = names.filter((name) => name.toLowerCase().startsWith(low));
  const inside = names.filter(
    (name) => !name.toLowerCase().startsWith(low) && name.toLowerCase().includes(low),
  );
  const found = [...starts, ...inside].slice(0, MOST);
  // Whoever has written it all needs no help.
  if (found.length === 1 && found[0] === begun) return [];
  return found.map((name) => {
    const start = caret - begun.length;
    return {
      name,
      text: `${text.slice(0, start)}${name}${text.slice(caret)}`,
      caret: start + name.length,
    };
  });
}

/** What a filter can ask for, of these runs. */
export function filterNames(catalogue: {
  readonly metrics: readonly string[];
  readonly differing: readonly string[];
  readonly alike: readonly string[];
}): readonly string[] {
  const { metrics: measured, differing, alike } = catalogue;
  // A path with other signs is asked for by setting("..."), which nobody begins by its name.
  const isName = (name: string): boolean => /^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$/.test(name);
  return [
    ...new Set([
      ...measured,
      ...RUN_FIELDS,
      ...SHORT_SETTING_NAMES,
      ...differing.filter(isName),
      ...alike.filter(isName),
      ...(measured.length === 0 ? metrics.keys() : []),
    ]),
  ];
}
