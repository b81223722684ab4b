/** What a reader of tables decided, as the command line tells it: lines for people, an object for programs. */
import { encodingText, type TableTarget } from '#engine/datasets/index.ts';
import type { DataDescription } from '#engine/protocol/index.ts';
import { formatInteger } from '#engine/ir/numberText.ts';

/** As `--json` reports it. */
export function reportOf({ source, report, notes }: DataDescription) {
  if (!report) return { source, ...(notes && { notes }) };
  const { target, features, leftOut, rows } = report;
  return {
    source,
    target: target?.name ?? null,
    guessed: target?.guessed !== undefined,
    ...(target && { task: taskOf(target) }),
    ...(target?.labels && { labels: target.labels }),
    ...(target?.classes && { classes: target.classes }),
    features: features.map(({ name, kind, categories, missing }) => ({
      ...{ name, kind, missing },
      ...(categories && { categories }),
    })),
    leftOut,
    rows,
  };
}

const taskOf = ({ classes, labels }: TableTarget): string =>
  labels ? 'labels' : classes ? 'classification' : 'regression';

/** A line for each decision; the rest of the notes follow as they are. */
export function reportLines({ source, report, notes = [] }: DataDescription): readonly string[] {
  if (!report) return notes.map((text) => `note: ${text}`);
  const { target, features, leftOut, rows } = report;
  const dropped = rows.total - rows.used;
  const gaps = [...(target ? [target] : []), ...features].filter(({ missing }) => missing > 0);
  return [
    `data: ${source}, ${formatInteger(rows.total)} rows${dropped > 0 ? `, ${formatInteger(dropped)} of them left out for empty cells` : ''}`,
    target ? `target: ${target.name}, ${taskText(target)}` : 'target: none',
    `features: ${shortened(features.map(encodingText))}`,
    ...(gaps.length > 0
      ? [`empty cells: ${shortened(gaps.map(({ name, missing }) => `${name} ${missing}`))}`]
      : []),
    ...(leftOut.length > 0
      ? [`left out: ${shortened(leftOut.map(({ name, reason }) => `${name} (${reason})`))}`]
      : []),
    ...notes.filter((text) => !isInReport(text)).map((text) => `note: ${text}`),
  ];
}

/** Null where somebody named the target, or there is none. */
export function guessWarning({ report }: DataDescription): string | null {
  const target = report?.target;
  if (target?.guessed === undefined) return null;
  return `warning data.target-guessed: Nobody named a target: ${target.name} is taken, ${target.guessed}. Choose with --target COLUMN.`;
}

function taskText({ classes, labels, columns, scale = 1 }: TableTarget): string {
  if (labels) return `${labels.length} labels, several of a row or none`;
  if (columns) return `${columns.length} numbers`;
  if (classes) return `${classes.length} classes (${shortened(classes)})`;
  return scale === 1 ? 'a number' : `a number, divided by ${scale}`;
}

/** Sentences of the reader that the lines above say already. */
function isInReport(text: string): boolean {
  return /^Features: |^Column .* is left out: |rows are left out: /.test(text);
}

const MOST = 30;
function shortened(parts: readonly string[]): string {
  const more = parts.length - MOST;
  return `${parts.slice(0, MOST).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
