/**
 * Python text as `ruff format` leaves it: lines of 88 columns, brackets opened where a line is longer. Not a
 * formatter of any Python: of the statements that are written here.
 */
const WIDTH = 88;
const INDENT = 4;

/** Lines under one that ends in a colon. */
export const indented = (lines: readonly string[], levels = 1): readonly string[] =>
  lines.map((line) => (line === '' ? '' : ' '.repeat(INDENT * levels) + line));

/** Every line as long as it may be. */
export const wrapped = (lines: readonly string[]): string =>
  `${lines
    .flatMap((text) => text.split('\n'))
    .flatMap(fitted)
    .join('\n')
    .trim()}\n`;

/** One statement, its brackets opened where it is too long. */
function fitted(line: string): readonly string[] {
  if (line.length <= WIDTH || /^\s*("""|#)/.test(line)) return [line];
  const group = opened(line);
  if (!group) return [line];
  const margin = ' '.repeat(line.length - line.trimStart().length);
  const inner = margin + ' '.repeat(INDENT);
  const [head, tail] = [line.slice(0, group.from + 1), margin + line.slice(group.to)];
  const parts = separated(line.slice(group.from + 1, group.to));
  const body = inner + parts.join(', ');
  const isImport = line.startsWith('from ');
  // What is called or indexed; a tuple, list or dictionary has a line for each of its parts.
  const isTaken = /[\w)\]}"']$/.test(line.slice(0, group.from));
  const onOne = (isTaken || parts.length === 1) && !isImport;
  if (body.length <= WIDTH && onOne) return [head, body, tail];
  // One comprehension or sum is no list of parts.
  const comma = parts.length > 1 ? ',' : '';
  return [head, ...parts.flatMap((part) => fitted(`${inner}${part}${comma}`)), tail];
}

interface Group {
  readonly from: number;
  readonly to: number;
}

/**
 * Of the brackets that are not within others, the last pair; of a call of what a call makes, `f(...)(x)`, the first
 * of both where what stands before the last is too long by itself; of a function those of what it takes.
 */
function opened(line: string): Group | null {
  const groups: Group[] = [];
  let from = 0;
  walk(line, (at, depth, char) => {
    if ('([{'.includes(char) && depth === 1) from = at;
    if (')]}'.includes(char) && depth === 0 && at > from + 1) groups.push({ from, to: at });
  });
  const [before, last] = [groups.at(-2), groups.at(-1)];
  if (!last) return null;
  if (line.trimStart().startsWith('def ')) return groups[0] ?? null;
  return before?.to === last.from - 1 && last.from + 1 > WIDTH ? before : last;
}

/** Its parts; a comprehension, whatever it names, is one. */
function separated(text: string): readonly string[] {
  const parts: string[] = [];
  let [start, isComprehension] = [0, false];
  walk(text, (at, depth, char) => {
    if (depth === 0 && text.startsWith(' for ', at)) isComprehension = true;
    if (char !== ',' || depth !== 0 || isComprehension) return;
    parts.push(text.slice(start, at).trim());
    start = at + 1;
  });
  const last = text.slice(start).trim();
  return last === '' ? parts : [...parts, last];
}

/** Every character outside of quotes, with how many brackets are open after it. */
function walk(text: string, visit: (at: number, depth: number, char: string) => void): void {
  let depth = 0;
  let quote = '';
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (quote !== '') {
      if (char === '\\') at += 1;
      else if (char === quote) quote = '';
      continue;
    }
    if (char === '"' || char === "'") quote = char;
    if ('([{'.includes(char)) depth += 1;
    if (')]}'.includes(char)) depth -= 1;
    visit(at, depth, char);
  }
}

/** In double quotes. */
export const text = (value: string): string =>
  `"${value.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n')}"`;

/** Of a sentence that others may have written, for within `"""`. */
export const inDocstring = (value: string): string =>
  value.replaceAll('\\', '/').replaceAll('"""', "'''").replace(/"$/, "'").trim();

/** The given arguments, those that are undefined left out. */
export const callOf = (name: string, ...args: readonly (string | number | undefined)[]): string =>
  `${name}(${args.filter((each) => each !== undefined).join(', ')})`;

export const tuple = (numbers: readonly number[]): string =>
  numbers.length === 1 ? `(${numbers[0]},)` : `(${numbers.join(', ')})`;

/** Words of a paragraph in lines. */
export function paragraph(words: string, width = WIDTH): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of words.split(/\s+/)) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
