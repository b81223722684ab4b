/**
 * What a table of runs can show: what a run is, its metrics (best, last, at an epoch), its settings by path.
 * A column is known by a name that filters understand too, where there is one: `best(accuracy)`,
 * `last(train.loss)`, `fc1.outFeatures`. Pure: which are shown, how wide and in which order is tableState.ts.
 */
import type { JsonValue } from '#engine/ir/attrs.ts';
import { own } from '#engine/ir/record.ts';
import { inSentence, metricName } from '#engine/metrics/names.ts';
import type { RunRow } from '#engine/protocol/index.ts';
import { isActive } from '#engine/protocol/runState.ts';
import {
  type FigureName,
  figureName,
  figureOf,
  settingText,
  shortName,
  shownTags,
  spentOn,
} from '#engine/runs/index.ts';
import { deviceText } from '../training/dataAndDevice.ts';
import { formatBytes, formatDuration, formatInteger } from '../ui/format.ts';
import { architectureText, dataText } from './architecture.ts';
import { atEpochName, type AtEpoch } from './atEpoch.ts';
import { figureText, statusText, whenText } from './cellText.ts';

export type ColumnGroup = 'Run' | 'Best' | 'Last' | 'At an epoch' | 'Settings';

export interface RunColumn {
  /** Stable: it is what the settings keep. */
  readonly id: string;
  readonly label: string;
  readonly group: ColumnGroup;
  readonly isNumber: boolean;
  /** In px, unless somebody drags it. */
  readonly width: number;
  /** What it is sorted and grouped by; undefined where a run has none. */
  readonly value: (run: RunRow) => JsonValue | undefined;
  readonly text: (run: RunRow) => string;
  /** Which end comes first when it is sorted by. */
  readonly first: 'ascending' | 'descending';
  /** Which of its numbers is the best one; null where none is, or nobody looks for it there. */
  readonly best: 'highest' | 'lowest' | null;
  /** What a group shows of its runs: mean and deviation, the sum, or what all have in common. */
  readonly of: 'mean' | 'sum' | 'common';
  /** A value as text, for what a group makes of several. */
  readonly write: (value: JsonValue) => string;
}

/** Those that a row draws in a way of its own. */
export const NAME = 'name';
export const STATUS = 'status';
export const CURVE = 'curve';
export const TAGS = 'tags';

type Own = Partial<RunColumn> & Pick<RunColumn, 'label' | 'width' | 'value'>;

const number = {
  isNumber: true,
  first: 'descending',
  of: 'mean',
  write: (value: JsonValue) => formatInteger(Number(value)),
} as const;

/** Of what a run is beside settings and metrics, in the order of the list of columns. */
const OF_RUN: Readonly<Record<string, Own>> = {
  [NAME]: { label: 'Name', width: 220, value: ({ name }) => name },
  [STATUS]: {
    ...{ label: 'Status', width: 132 },
    value: ({ progress }) => progress.state,
    text: statusText,
    write: settingText,
  },
  [CURVE]: { label: 'Loss curve', width: 108, value: () => undefined, text: () => '' },
  project: { label: 'Project', width: 120, value: ({ projectName }) => projectName },
  data: { label: 'Data', width: 92, value: ({ settings }) => dataText(settings) },
  architecture: {
    ...{ label: 'Architecture', width: 200 },
    value: ({ settings }) => architectureText(settings),
  },
  parameters: {
    ...{ label: 'Parameters', width: 88, ...number },
    value: ({ parameters }) => parameters,
  },
  created: {
    ...{ label: 'Begun', width: 112, first: 'descending' },
    value: ({ createdAt }) => createdAt,
    text: ({ createdAt }) => whenText(createdAt),
    write: (value) => whenText(settingText(value)),
  },
  duration: {
    ...{ label: 'Time', width: 88, ...number, of: 'sum' },
    value: (run) => spentOn(run)?.elapsedMs,
    write: (value) => formatDuration(Number(value)),
  },
  epochs: {
    ...{ label: 'Epochs done', width: 84, ...number },
    value: ({ progress }) => progress.epoch,
  },
  steps: { ...{ label: 'Steps', width: 76, ...number }, value: ({ progress }) => progress.step },
  samplesPerSecond: {
    ...{ label: 'Samples per second', width: 100, ...number },
    value: (run) => spentOn(run)?.samplesPerSecond,
  },
  device: { label: 'Device', width: 112, value: (run) => deviceText(run) || undefined },
  size: {
    ...{ label: 'Size', width: 76, ...number, of: 'sum' },
    // Null while nobody has added it up.
    value: ({ sizeBytes }) => sizeBytes ?? undefined,
    write: (value) => formatBytes(Number(value)),
  },
  [TAGS]: {
    ...{ label: 'Tags', width: 140 },
    value: (run) => shownTags(run).join(', ') || undefined,
  },
  notes: {
    ...{ label: 'Notes', width: 180 },
    value: ({ notes }) => (notes === '' ? undefined : notes),
    text: ({ notes }) => notes.split('\n')[0] ?? '',
  },
};

export const DASH = '–';

function column(id: string, group: ColumnGroup, given: Own): RunColumn {
  const { write = settingText, value } = given;
  return {
    ...{ id, group, isNumber: false, first: 'ascending', best: null, of: 'common', write },
    text: (run) => {
      const found = value(run);
      return found === undefined ? DASH : write(found);
    },
    ...given,
  };
}

const FIXED: ReadonlyMap<string, RunColumn> = new Map(
  Object.entries(OF_RUN).map(([id, given]) => [id, column(id, 'Run', given)]),
);

/** `best(accuracy)` is of validation, as in filters; `last(train.loss)` says another split. */
const METRIC = /^(best|last)\((.+)\)$/;

function metricLabel(which: string, { key, split }: FigureName): string {
  const { label } = metricName(key);
  const of = split === 'validation' ? '' : split === 'train' ? 'training ' : `${split} `;
  return `${which} ${of}${inSentence(label)}`;
}

/** The same for metrics of every way: how they are written and which end is the better one. */
function metricColumn(
  key: string,
): Pick<RunColumn, 'isNumber' | 'width' | 'first' | 'of' | 'write'> {
  const { better } = metricName(key);
  return {
    isNumber: true,
    width: 96,
    first: better === 'lower' ? 'ascending' : 'descending',
    of: 'mean',
    write: (value) => figureText(key, Number(value)),
  };
}

/** Whatever its name says; unknown names are settings, which a run has or has not. */
export function columnOf(id: string, at: AtEpoch = () => undefined): RunColumn {
  const fixed = FIXED.get(id);
  if (fixed) return fixed;
  const [, which, name] = METRIC.exec(id) ?? [];
  if (name !== undefined) {
    const figure = figureName(name, which === 'last' ? 'last' : 'best');
    const { better } = metricName(figure.key);
    return column(id, which === 'last' ? 'Last' : 'Best', {
      ...metricColumn(figure.key),
      best: which === 'last' || better === null ? null : better === 'lower' ? 'lowest' : 'highest',
      label: metricLabel(which === 'last' ? 'Last' : 'Best', figure),
      value: (run) => figureOf(run, figure),
    });
  }
  const epoch = atEpochName(id);
  if (epoch) {
    return column(id, 'At an epoch', {
      ...metricColumn(epoch.key),
      label: `${metricLabel('', epoch).trim()} at epoch ${epoch.epoch}`,
      width: 120,
      value: (run) => at(epoch, run),
    });
  }
  return column(id, 'Settings', {
    label: shortName(id),
    width: 96,
    isNumber: false,
    value: ({ settings }) => own(settings, id),
  });
}

/** Of a run that trains the numbers still move. */
export const isLive = ({ progress }: RunRow): boolean => isActive(progress.state);
