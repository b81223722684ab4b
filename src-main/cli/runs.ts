/** `netloom runs`: the runs on record, which of them a filter finds, and one of them whole. */
import { InputError } from '#engine/ir/index.ts';
import { own } from '#engine/ir/record.ts';
import { headline, metricName, ofSamples } from '#engine/metrics/names.ts';
import { type MetricSplit, type RunRow, METRIC_SPLITS } from '#engine/protocol/index.ts';
import {
  figureName,
  figureOf,
  search,
  shortName,
  trainingSeconds,
  versionsText,
} from '#engine/runs/index.ts';
import { figureText } from './figureText.ts';
import { namedRun } from './findRun.ts';
import { createNodeHost } from './host.ts';
import { EXIT, print, printJson } from './output.ts';
import { formatInteger } from '#engine/ir/numberText.ts';

export interface RunsOptions {
  readonly filter?: string;
  readonly archived?: true;
  readonly json?: true;
}

/** Gives the runs service to a command, and lets go of it whatever happens. */
export async function withRuns<T>(
  use: (runs: ReturnType<typeof createNodeHost>['services']['runs']) => T | Promise<T>,
): Promise<T> {
  const { services } = createNodeHost();
  try {
    return await use(services.runs);
  } finally {
    await services.close();
  }
}

export function runs({ filter, archived, json }: RunsOptions): Promise<number> {
  return withRuns((service) => {
    const found = filteredRuns(service.rows(), filter, archived === true);
    if (json) printJson({ runs: found.map(reportOf) });
    else for (const line of tableOf(found)) print(line);
    return EXIT.success;
  });
}

export function showRun(target: string, { json }: { readonly json?: true }): Promise<number> {
  return withRuns((service) => {
    const row = namedRun(service.rows(), target);
    const events = service.events(row.id);
    if (json) printJson({ ...reportOf(row), events });
    else for (const line of whole(row)) print(line);
    return EXIT.success;
  });
}

/** `archived`: those that were put away too; whoever compares `archived` asks for them. */
export function filteredRuns(
  rows: readonly RunRow[],
  text: string | undefined,
  archived = true,
): readonly RunRow[] {
  const { rows: found, problem } = search(rows, text ?? '', archived);
  if (problem) throw new InputError([problem]);
  return found;
}

type Figures = Readonly<Partial<Record<MetricSplit, Readonly<Record<string, number>>>>>;

/** What programs read: of each run what it was set to and what came of it. */
function reportOf(row: RunRow) {
  const { id, name, projectName, documentId, createdAt, parent, progress } = row;
  const { device, threads, parameters, dataFingerprint, tags, notes, settings } = row;
  return {
    ...{ id, name, project: projectName, document: documentId, created: createdAt },
    ...(parent && { parent }),
    status: progress.state,
    ...(progress.reason !== undefined && { reason: progress.reason }),
    ...{ device, threads, parameters, data: dataFingerprint, tags, notes },
    ...{ starred: row.starred, archived: row.archived, sizeBytes: row.sizeBytes },
    ...(row.versions && { versions: row.versions }),
    seconds: trainingSeconds(row),
    steps: progress.step,
    epochs: progress.epoch,
    settings,
    metrics: { best: row.bests ?? {}, last: lastOf(row) },
  };
}

function lastOf({ last = {} }: RunRow): Figures {
  return Object.fromEntries(
    Object.entries(last).map(([split, { values }]) => [split, ofSamples(values)]),
  );
}

const COLUMNS = ['Id', 'Name', 'Status', 'Best', 'Loss', 'Parameters', 'Time', 'Begun'] as const;

function tableOf(rows: readonly RunRow[]): readonly string[] {
  if (rows.length === 0) return ['No runs.'];
  const cells = rows.map(cellsOf);
  const widths = COLUMNS.map((title, i) =>
    Math.max(title.length, ...cells.map((row) => row[i]?.length ?? 0)),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd();
  return [line(COLUMNS), ...cells.map(line)];
}

function cellsOf(row: RunRow): readonly string[] {
  const { id, name, progress, parameters, createdAt } = row;
  const judged = row.last?.validation ?? row.last?.test;
  const key = judged ? headline(judged.values) : null;
  const best = key === null || key === 'loss' ? undefined : judgedFigure(row, key);
  const loss = judgedFigure(row, 'loss');
  return [
    id.slice(0, 8),
    name,
    progress.state,
    key === null || best === undefined ? '' : `${metricName(key).label} ${figureText(key, best)}`,
    loss === undefined ? '' : figureText('loss', loss),
    String(parameters),
    secondsText(row),
    createdAt.slice(0, 16).replace('T', ' '),
  ];
}

/** Empty where it was trained elsewhere. */
function secondsText(row: RunRow): string {
  const seconds = trainingSeconds(row);
  return seconds === null ? '' : `${seconds.toFixed(1)} s`;
}

/** Of validation, else of the test part; of training, where nothing else was judged. */
function judgedFigure(row: RunRow, key: string): number | undefined {
  const splits = ['validation', 'test', 'train'] as const;
  for (const split of splits) {
    const figure = figureOf(row, figureName(`${split}.${key}`));
    if (figure !== undefined) return figure;
  }
  return undefined;
}

function whole(row: RunRow): readonly string[] {
  const { id, name, progress, projectName, device, parameters, tags, notes, settings } = row;
  const fact = (label: string, text: string): string[] =>
    text === '' ? [] : [`${label.padEnd(12)} ${text}`];
  const end = progress.reason === undefined ? '' : ` (${progress.reason})`;
  return [
    name,
    ...fact('id', id),
    ...fact('project', projectName),
    ...fact('status', `${progress.state}${end}`),
    ...fact('begun', row.createdAt),
    ...fact(
      'trained',
      [`${formatInteger(progress.step)} steps`, secondsText(row)]
        .filter((text) => text !== '')
        .join(', '),
    ),
    ...fact('device', device),
    ...fact('data', row.dataFingerprint),
    ...fact('versions', versionsText(row)),
    ...fact('parameters', String(parameters)),
    ...fact('size', row.sizeBytes === null ? '' : `${(row.sizeBytes / 1e6).toFixed(2)} MB`),
    ...fact('parent', row.parent ? `${row.parent.run} at step ${row.parent.step}` : ''),
    ...fact('tags', tags.join(', ')),
    ...fact('notes', notes),
    '',
    ...figureLines(row),
    '',
    ...Object.entries(settings).map(
      ([path, value]) => `${shortName(path)} = ${JSON.stringify(value)}`,
    ),
  ];
}

function figureLines(row: RunRow): readonly string[] {
  return METRIC_SPLITS.flatMap((split) => {
    const values = row.last?.[split]?.values;
    if (!values) return [];
    return Object.entries(ofSamples(values)).map(([key, last]) => {
      const best = own(row.bests?.[split], key);
      const at = best ? `, best ${figureText(key, best.value)} at step ${best.step}` : '';
      return `${split}.${key} ${figureText(key, last)}${at}`;
    });
  });
}
