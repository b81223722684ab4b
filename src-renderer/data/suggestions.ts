/**
 * What the findings propose, taken together: the first fix of each that may make a result false, as one change. Fixes are
 * whole options, each for the options there are now; here what they add is put together. Pure.
 */
import type { JsonValue } from '#engine/ir/attrs.ts';
import type { TrainingSettings } from '#engine/ir/document.ts';
import { own } from '#engine/ir/record.ts';
import type { Finding, FindingFix } from '#engine/protocol/profileContract.ts';

type Options = Readonly<Record<string, JsonValue>>;

export interface Suggestion {
  /** What is done, in its order. */
  readonly labels: readonly string[];
  readonly options: Options;
  readonly split: Partial<TrainingSettings['split']>;
}

/** A column that an earlier fix leaves out is not mended as well. */
export function suggestionOf(options: Options, findings: readonly Finding[]): Suggestion {
  const labels: string[] = [];
  const leftOut = new Set<number>();
  let merged: Options = {};
  let split: Suggestion['split'] = {};
  for (const { severity, columns, fixes } of findings) {
    const [fix] = fixes;
    const isDone = columns.length > 0 && columns.every((column) => leftOut.has(column));
    // Another way to read the file is a choice, and no detail.
    if (
      !fix ||
      fix.rowsAs !== undefined ||
      severity === 'info' ||
      isDone ||
      labels.includes(fix.label)
    )
      continue;
    const next = withFix(options, merged, fix);
    // Two ways to split cannot both be taken: the graver finding comes first.
    const isSplit = fix.split !== undefined && Object.keys(split).length > 0;
    if (!next || isSplit) continue;
    labels.push(fix.label);
    merged = next;
    split = fix.split ?? split;
    if (own(fix.options, 'ignore') !== undefined) for (const column of columns) leftOut.add(column);
  }
  return { labels, options: merged, split };
}

/** Null where it would undo what an earlier one set. */
function withFix(now: Options, merged: Options, fix: FindingFix): Options | null {
  const result = new Map(Object.entries(merged));
  for (const [name, wanted] of Object.entries(fix.options)) {
    const before = result.get(name);
    const joined =
      before === undefined ? wanted : joinedValue(name, own(now, name), before, wanted);
    if (joined === null) return null;
    result.set(name, joined);
  }
  return Object.fromEntries(result);
}

/** Lists are joined: steps that were added to those there are, names between commas. */
function joinedValue(
  name: string,
  now: JsonValue | undefined,
  before: JsonValue,
  wanted: JsonValue,
): JsonValue | null {
  const [had, wants, has] = [listOf(before), listOf(wanted), listOf(now) ?? []];
  if (had && wants) {
    const written = new Set(had.map((each) => JSON.stringify(each)));
    const isKept = has.every((each, i) => JSON.stringify(each) === JSON.stringify(wants[i]));
    if (!isKept) return null;
    return [...had, ...wants.filter((each) => !written.has(JSON.stringify(each)))];
  }
  // Other texts are choices.
  if (name === 'ignore' && typeof before === 'string' && typeof wanted === 'string') {
    return [...new Set([...namesIn(before), ...namesIn(wanted)])].join(', ');
  }
  return JSON.stringify(before) === JSON.stringify(wanted) ? before : null;
}

const listOf = (value: JsonValue | undefined): readonly JsonValue[] | null =>
  Array.isArray(value) ? (value as readonly JsonValue[]) : null;

const namesIn = (text: string): readonly string[] =>
  text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
