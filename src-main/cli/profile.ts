/** `netloom datasets profile` and `preview`: what data is like, and what a network gets of it. */
import { DEFAULT_TRAINING } from '#engine/ir/trainingSettings.ts';
import { formatYears } from '#engine/runs/numberText.ts';
import type {
  ClassCounts,
  ColumnProfile,
  DataProfile,
  Finding,
  FindingFix,
  NamedNumbers,
  PictureProfile,
  TablePreview,
  TableProfile,
  TextProfile,
} from '#engine/protocol/index.ts';
import type { DatasetOptions } from './datasets.ts';
import { withDataHost } from './host.ts';
import { EXIT, print, printJson } from './output.ts';
import { sourceRequest } from './withData.ts';
import { formatInteger } from '#engine/ir/numberText.ts';

export async function profile(source: string, options: DatasetOptions): Promise<number> {
  const request = sourceRequest(source, options);
  const found = await withDataHost(({ dataReader }) =>
    dataReader.profile({ ...request, rowsShown: 0 }),
  );
  if (options.json) {
    printJson(found.kind === 'pictures' ? { ...found, pictures: undefined } : found);
    return EXIT.success;
  }
  for (const line of profileLines(found)) print(line);
  return EXIT.success;
}

export interface PreviewOptions extends DatasetOptions {
  readonly rows: number;
}

export async function preview(source: string, options: PreviewOptions): Promise<number> {
  const { split, seed } = DEFAULT_TRAINING;
  const request = { ...sourceRequest(source, options), split, seed, rows: options.rows };
  const found = await withDataHost(({ dataReader }) => dataReader.previewTable(request));
  if (options.json) {
    printJson(found);
    return EXIT.success;
  }
  for (const line of previewLines(found)) print(line);
  return EXIT.success;
}

const profileLines = (found: DataProfile): readonly string[] => [
  found.file.map(({ label, text }) => `${label.toLowerCase()}: ${text}`).join('; '),
  ...linesOf(found),
  ...found.findings.flatMap(findingLines),
];

function linesOf(found: DataProfile): readonly string[] {
  switch (found.kind) {
    case 'table':
      return tableLines(found);
    case 'pictures':
      return pictureLines(found);
    case 'points':
      return ['', ...classLines(found.classes), ...numberLines(found.numbers)];
    case 'series':
      return [
        `a window is ${found.window} steps; wanted is ${found.predict === 'class' ? 'a class' : `step ${found.wanted.from + 1} to ${found.wanted.to + 1}`}`,
        '',
        ...classLines(found.classes),
        ...numberLines(
          found.columns.map((column) => ({ ...column, isWanted: column.use !== 'input' })),
        ),
      ];
    case 'text':
      return textLines(found);
  }
}

function textLines(found: TextProfile): readonly string[] {
  const { lengths, cut, frequent, tokenCount, unknown } = found;
  const share = (100 * unknown) / Math.max(1, tokenCount);
  return [
    `length: half of them up to ${formatInteger(lengths.median)} tokens, 95 of 100 up to ${formatInteger(lengths.most)}, the longest ${formatInteger(lengths.longest)}`,
    `known: ${formatInteger(found.vocabulary)} tokens in ${formatInteger(found.width)} places; ${share.toFixed(1)} % of the text is not`,
    ...(cut
      ? [
          `brought to ${found.length}: ${formatInteger(cut.texts)} texts are cut by ${formatInteger(cut.tokens)} tokens, ${formatInteger(cut.padding)} places are padding`,
        ]
      : []),
    `most frequent: ${frequent
      .slice(0, 12)
      .map(({ token, count }) => `${JSON.stringify(token)} ${count}`)
      .join(', ')}`,
    '',
    ...classLines(found.classes),
  ];
}

const classLines = (classes: readonly ClassCounts[]): readonly string[] =>
  classes.length === 0
    ? []
    : [
        ...aligned([
          ['class', 'training', 'validation', 'test'],
          ...classes.map(({ name, parts }) => [
            name === '' ? '(none)' : name,
            ...[parts.train, parts.validation, parts.test].map(String),
          ]),
        ]),
        '',
      ];

const numberLines = (numbers: readonly NamedNumbers[]): readonly string[] => [
  ...aligned([
    ['number', 'used as', 'mean', 'deviation', 'smallest', 'largest'],
    ...numbers.map(({ name, isWanted, mean, standardDeviation, min, max }) => [
      ...[name, isWanted ? 'wanted' : 'goes in'],
      ...[mean, standardDeviation, min, max].map(figure),
    ]),
  ]),
  '',
];

function tableLines({
  rows,
  rowsLookedAt,
  columns,
  target,
  task,
  classes,
}: TableProfile): readonly string[] {
  const others = target?.runnersUp.map(({ name }) => name) ?? [];
  const named = classes.map(({ name, count }) => `${name} ${count}`);
  return [
    ...(rowsLookedAt < rows
      ? [
          `looked at: ${formatInteger(rowsLookedAt)} of ${formatInteger(rows)} rows, drawn at random; counts and ends are of all`,
        ]
      : []),
    target
      ? `target: ${target.name}, ${target.why}; ${task ?? ''}${named.length > 0 ? ` (${named.slice(0, 10).join(', ')})` : ''}${others.length > 0 ? `; or ${others.join(', ')}` : ''}`
      : 'target: none',
    '',
    ...aligned([
      ['column', 'type', 'used as', 'missing', 'different', 'what it holds', 'bits'],
      ...columns.map((column) => columnCells(column, rows)),
    ]),
    '',
  ];
}

function columnCells(column: ColumnProfile, rows: number): readonly string[] {
  const { name, type, role, missing, distinct, distinctIsApproximate, withTarget } = column;
  return [
    shortened(name, 28),
    type,
    role,
    missing === 0 ? '' : `${missing} (${Math.round((100 * missing) / rows)} %)`,
    `${distinctIsApproximate ? '~' : ''}${distinct}`,
    contents(column),
    withTarget?.bits === undefined ? '' : withTarget.bits.toFixed(3),
  ];
}

const figure = (value: number): string => String(Number(value.toPrecision(4)));
const wholeFigure = (value: number): string =>
  Number.isInteger(value) && Math.abs(value) < 1e9 ? String(value) : figure(value);

/** Whole numbers of which there are as few are counted as words are. */
const FEW_NUMBERS = 4;

function contents({ numbers, distribution, type, distinct }: ColumnProfile): string {
  if (numbers) {
    const { min, q1, median, q3, max } = numbers;
    const isWhole = type === 'integer' || type === 'yesNo';
    if (isWhole && distinct <= FEW_NUMBERS && distribution?.kind === 'numbers') {
      const { low, counts } = distribution;
      if (low === min && counts.length === max - min + 1) {
        const found = counts.flatMap((count, i) => (count > 0 ? [`${low + i} ${count}`] : []));
        return found.join(', ');
      }
    }
    const written = type === 'date' ? formatYears : wholeFigure;
    return [min, q1, median, q3, max].map(written).join(' … ');
  }
  if (distribution?.kind !== 'words') return '';
  const words = distribution.words
    .slice(0, 4)
    .map(({ word, count }) => `${shortened(word, 20)} ${count}`);
  return `${words.join(', ')}${distribution.others > 0 || distribution.words.length > 4 ? ', …' : ''}`;
}

function pictureLines({
  classes,
  channels,
  duplicateCount,
  duplicatesBetweenParts,
}: PictureProfile): readonly string[] {
  return [
    '',
    ...classLines(classes),
    ...channels.map(
      ({ mean, standardDeviation, min, max }, i) =>
        `channel ${i + 1}: mean ${mean.toFixed(4)}, standard deviation ${standardDeviation.toFixed(4)}, ${figure(min)} to ${figure(max)}`,
    ),
    `nearly the same: ${formatInteger(duplicateCount)} pairs, ${formatInteger(duplicatesBetweenParts)} of them in two parts`,
    '',
  ];
}

function findingLines({ severity, code, message, consequence, fixes }: Finding): readonly string[] {
  const settingsOf = (fix: FindingFix): string =>
    [
      ...Object.entries(fix.options).map(
        ([name, value]) =>
          `--data-option ${quotedIfNeeded(`${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)}`,
      ),
      ...(fix.split?.kind === undefined ? [] : [`--split ${fix.split.kind}`]),
      ...(fix.rowsAs === undefined ? [] : [`as ${fix.rowsAs}:FILE`]),
    ].join(' ');
  // Other ways of reading are told beside the one that is nearest.
  const told = fixes.filter((fix, i) => i === 0 || fix.rowsAs !== undefined);
  return [
    `${severity} ${code}: ${message}`,
    ...(consequence === undefined ? [] : [`  ${consequence}`]),
    ...told.map((fix) => `  fix: ${fix.label} (${settingsOf(fix)})`),
  ];
}

/** As a shell takes it. */
const quotedIfNeeded = (text: string): string =>
  /^[\w=.,+-]*$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;

function previewLines({ columns, slots, steps, rows, counts }: TablePreview): readonly string[] {
  const { total, train, validation, test, filtered, withoutTarget, withGaps } = counts;
  const left = filtered + withoutTarget + withGaps;
  return [
    `${formatInteger(total)} rows: ${formatInteger(train)} train, ${formatInteger(validation)} validate, ${formatInteger(test)} test${left > 0 ? `; left out: ${formatInteger(filtered)} filtered, ${formatInteger(withoutTarget)} without a target, ${formatInteger(withGaps)} with empty cells` : ''}`,
    ...steps.flatMap(({ label, facts }) => [`step: ${label}`, ...facts.map((fact) => `  ${fact}`)]),
    '',
    ...aligned([
      [
        'row',
        'part',
        ...columns.map(({ name, role }) => (role === 'target' ? `${name} (target)` : name)),
      ],
      ...rows.map(({ row, part, cells }) => [
        String(row + 1),
        part ?? 'left out',
        ...cells.map((cell) => shortened(cell, 24)),
      ]),
    ]),
    '',
    'What the network gets:',
    ...aligned([
      ['row', ...slots.map(({ name }) => name)],
      ...rows.map(({ row, values, leftOut }) => [
        String(row + 1),
        ...(values?.map(figure) ?? [leftOut ?? 'left out']),
      ]),
    ]),
  ];
}

const shortened = (text: string, most: number): string =>
  text.length > most ? `${text.slice(0, most - 1)}…` : text;

/** Columns side by side; the widest row says how many. */
function aligned(rows: readonly (readonly string[])[]): readonly string[] {
  // A row that says one thing instead of its cells takes no width.
  const width = Math.max(...rows.map(({ length }) => length));
  const widths = Array.from({ length: width }, (_, i) =>
    Math.max(...rows.filter(({ length }) => length === width).map((row) => row[i]?.length ?? 0)),
  );
  return rows.map((row) =>
    row
      .map((text, i) => text.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
