/**
 * Tables of text: comma separated values and their relatives. All usable columns become one vector of
 * features, one column the label or target.
 */
import { inputError } from '../ir/problem.ts';
import { guessTarget, whyRowName } from './csv/choice.ts';
import { type CsvColumn, findColumn, listed, readColumn } from './csv/columns.ts';
import { encodeFeatures, encodingText, type LeftOut } from './csv/features.ts';
import { readRows } from './csv/rows.ts';
import { encodeTarget } from './csv/target.ts';
import { decodeText, MAX_TEXT_BYTES } from './csv/text.ts';
import { type DataColumn, defineDataset, type TableReport } from './define.ts';
import { fillWithMeans } from './shared/missing.ts';
import { readUnpacked } from './shared/files.ts';
import { dataTable, featuresField } from './shared/table.ts';

/** Of left out columns, a sentence each. */
const MOST_NOTES = 40;

export default defineDataset({
  id: 'csv',
  label: 'CSV file',
  doc: 'A table of text, plain or gzip: a row for each sample, a column for each feature, one of them to predict.',
  group: 'Files',
  path: 'file',
  options: {
    target: {
      kind: 'text',
      default: '',
      label: 'Target column',
      help: 'Name or number of the column to predict. Empty: guessed by its name, else the last one.',
    },
    targetKind: {
      kind: 'choice',
      default: 'auto',
      options: ['auto', 'classification', 'regression', 'none'],
      optionLabels: {
        auto: 'Automatic',
        classification: 'Classes',
        regression: 'Numbers',
        none: 'No target',
      },
      label: 'Predict',
      help: 'Words and few different whole numbers are classes, other numbers are not. Without a target all columns are features.',
    },
    targetScale: {
      kind: 'number',
      default: 1,
      min: 1e-9,
      max: 1e12,
      logarithmic: true,
      label: 'Divide target by',
      help: 'Brings large targets, such as prices, to a size that trains well.',
    },
    missing: {
      kind: 'choice',
      default: 'drop',
      options: ['drop', 'mean'],
      optionLabels: { drop: 'Leave the row out', mean: 'Take the mean' },
      label: 'Empty cells',
      help: 'What to do with rows that have an empty cell among their features. The mean is that of the training rows.',
    },
    ignore: {
      kind: 'text',
      default: '',
      label: 'Ignore columns',
      help: 'Names or numbers of columns to leave out, separated by commas.',
    },
    rowNames: {
      kind: 'choice',
      default: 'drop',
      options: ['drop', 'keep'],
      optionLabels: { drop: 'Leave them out', keep: 'Features like others' },
      label: 'Row numbers and ids',
      advanced: true,
      help: 'What to do with columns that only number or name the rows.',
    },
    maxCategories: {
      kind: 'int',
      default: 20,
      min: 2,
      max: 1000,
      advanced: true,
      help: 'Columns of words with at most so many different ones become one feature per word; others are left out.',
    },
    header: {
      kind: 'choice',
      default: 'auto',
      options: ['auto', 'yes', 'no'],
      optionLabels: { auto: 'Automatic', yes: 'First row', no: 'None' },
      advanced: true,
      help: 'Whether the first row holds the names of the columns.',
    },
    skipRows: {
      kind: 'int',
      default: 0,
      min: 0,
      max: 10_000,
      label: 'Skip lines',
      advanced: true,
      help: 'Lines at the beginning of the file that do not belong to the table.',
    },
    quotes: {
      kind: 'choice',
      default: 'standard',
      options: ['standard', 'none'],
      optionLabels: { standard: 'Around cells', none: 'Part of the text' },
      advanced: true,
      help: 'Whether quotes hold a cell together, or are letters like any other.',
    },
    delimiter: {
      kind: 'choice',
      default: 'auto',
      options: ['auto', 'comma', 'semicolon', 'tab', 'pipe', 'space'],
      optionLabels: {
        auto: 'Automatic',
        comma: 'Comma',
        semicolon: 'Semicolon',
        tab: 'Tab',
        pipe: 'Vertical bar',
        space: 'Space',
      },
      advanced: true,
      help: 'What separates the cells of a row.',
    },
  },
  async load({ options, path = '', files }) {
    const { text, encoding } = decodeText(await readUnpacked(files, path, MAX_TEXT_BYTES), path);
    const csv = readRows(text, path, options);
    const chosen = findColumn(csv, options.target, 'target');
    const guess = chosen === null ? guessTarget(csv.names) : null;
    const targetIndex = options.targetKind === 'none' ? null : (chosen ?? guess?.index ?? null);
    const ignored = new Set(
      options.ignore.split(',').map((name) => findColumn(csv, name, 'ignore')),
    );
    const target =
      targetIndex === null || options.targetKind === 'none'
        ? null
        : encodeTarget(csv, readColumn(csv, targetIndex), options.targetKind, options.targetScale);
    const candidates = [...csv.names.keys()]
      .filter((index) => index !== targetIndex && !ignored.has(index))
      .map((index) => readColumn(csv, index));
    const { used, leftOut } = splitRowNames(candidates, options.rowNames);
    const features = encodeFeatures(used, csv.rows.length, options.maxCategories, path);
    leftOut.push(...features.leftOut);
    const notes = [
      ...(features.width === 0
        ? []
        : [`Features: ${listed(features.encodings.map(encodingText))}.`]),
      ...leftOut
        .slice(0, MOST_NOTES)
        .map(({ name, reason }) => `Column ${name} is left out: ${reason}.`),
      ...(leftOut.length > MOST_NOTES
        ? [`${leftOut.length - MOST_NOTES} more columns are left out.`]
        : []),
      ...(target?.notes ?? []),
    ];
    for (const index of ignored) {
      if (index !== null && index !== targetIndex) {
        leftOut.push({ name: csv.names[index] ?? '', reason: 'it is ignored' });
      }
    }
    if (encoding !== 'utf-8') notes.push(`The file is read as ${encoding}.`);
    if (features.width === 0) throw noFeatures(path, features.leftOut, notes);

    const { width } = features;
    const isComplete = (row: number): boolean =>
      !features.values.subarray(row * width, (row + 1) * width).some(Number.isNaN);
    const kept = [...csv.rows.keys()].filter(
      (row) =>
        !Number.isNaN(target?.values[row]) && (options.missing === 'mean' || isComplete(row)),
    );
    if (kept.length === 0) {
      throw inputError('csv.no-rows', 'Every row has an empty cell.', {
        path,
        explanation:
          'Set the option "missing" to the mean, or ignore the columns with empty cells.',
      });
    }
    const dropped = csv.rows.length - kept.length;
    if (dropped > 0) {
      notes.push(`${dropped} of ${csv.rows.length} rows are left out: they have empty cells.`);
    }
    const stored = new Float32Array(kept.length * width);
    for (const [to, from] of kept.entries()) {
      stored.set(features.values.subarray(from * width, (from + 1) * width), to * width);
    }
    const columns: [DataColumn, ...DataColumn[]] = [
      fillWithMeans({ field: featuresField(width), stored }),
    ];
    if (target) {
      const values = kept.map((row) => target.values[row] ?? 0);
      columns.push({
        field: target.field,
        ...(target.field.role === 'label'
          ? { stored: Int32Array.from(values) }
          : { stored: Float32Array.from(values), dividedBy: options.targetScale }),
      });
    }
    const report: TableReport = {
      columns: csv.names,
      target:
        target && targetIndex !== null
          ? {
              name: csv.names[targetIndex] ?? '',
              index: targetIndex,
              ...(guess && { guessed: guess.why }),
              ...(target.field.classNames
                ? { classes: target.field.classNames }
                : { scale: options.targetScale }),
              missing: target.values.reduce((sum, value) => sum + (value === value ? 0 : 1), 0),
            }
          : null,
      features: features.encodings,
      leftOut: leftOut.map(({ name, reason }) => ({ name, reason })),
      rows: { total: csv.rows.length, used: kept.length },
      gaps: options.missing,
    };
    return dataTable(columns, { notes, report });
  },
});

/** Columns that name or number the rows teach nothing; where there are no others, they have to do. */
function splitRowNames(columns: readonly CsvColumn[], rowNames: 'drop' | 'keep') {
  const leftOut: { readonly name: string; readonly reason: string }[] = [];
  const reasons = columns.map((column) => (rowNames === 'keep' ? null : whyRowName(column)));
  if (reasons.every((reason) => reason !== null)) return { used: columns, leftOut };
  const used = columns.filter((column, i) => {
    const reason = reasons[i] ?? null;
    if (reason !== null) leftOut.push({ name: column.name, reason });
    return reason === null;
  });
  return { used, leftOut };
}

function noFeatures(path: string, leftOut: readonly LeftOut[], notes: readonly string[]): Error {
  const text = leftOut.find(({ isText }) => isText);
  if (text) {
    return inputError(
      'csv.text-column',
      `Column ${text.name} holds text, and no other column can serve as a feature.`,
      {
        path,
        explanation: `${notes.join(' ')} Text is not read yet: features are numbers, and words of which there are few (option "maxCategories").`,
      },
    );
  }
  return inputError('csv.no-features', 'No column can serve as a feature.', {
    path,
    explanation: notes.join(' ') || 'The file has only the target column.',
  });
}
