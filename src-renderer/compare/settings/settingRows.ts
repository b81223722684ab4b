/** The settings of compared runs as rows of a table: what differs, what does not, and what that means. Pure. */
import type { RunRow } from '#engine/protocol/run.ts';
import {
  essentialDifferences,
  isSame,
  settingDifferences,
  type SettingDifference,
} from '#engine/runs/index.ts';
import { formatCount } from '#renderer/ui/format.ts';

export interface SettingTable {
  readonly graph: readonly SettingDifference[];
  readonly training: readonly SettingDifference[];
  /** How many differ, of how many; those left out by name are not counted. */
  readonly different: number;
  readonly count: number;
}

export function settingTable(
  runs: readonly Pick<RunRow, 'settings'>[],
  options: { readonly ignored: readonly string[]; readonly differencesOnly: boolean },
): SettingTable {
  const { ignored, differencesOnly } = options;
  const all = settingDifferences(runs, { ignored, all: true });
  const different = settingDifferences(runs, { ignored });
  const rows = differencesOnly ? different : all;
  const isTraining = ({ path }: SettingDifference): boolean => path.startsWith('training.');
  return {
    graph: rows.filter((row) => !isTraining(row)),
    training: rows.filter(isTraining),
    different: different.length,
    count: all.length,
  };
}

/** Whether a run has another value than the one that the runs are measured against. */
export function isChanged(row: SettingDifference, column: number, baseline: number): boolean {
  const [value, base] = [row.values[column] ?? null, row.values[baseline] ?? null];
  return baseline >= 0 && column !== baseline && !isSame(value, base);
}

/** What makes a comparison say less than it seems to. */
export function comparisonNotes(
  runs: readonly RunRow[],
  labels: readonly string[],
  baseline: RunRow | null,
): readonly string[] {
  const notes: string[] = [];
  if (new Set(runs.map(({ dataFingerprint }) => dataFingerprint)).size > 1) {
    notes.push('These runs saw different data, so their figures are not of the same task.');
  }
  if (!baseline) return notes;
  runs.forEach((run, i) => {
    if (run === baseline) return;
    const found = essentialDifferences(settingDifferences([baseline, run])).filter(
      ({ name }) => name !== 'seed',
    );
    const label = labels[i] ?? run.name;
    if (found.length === 0) {
      notes.push(`${label} is set as the baseline but for its seed: what differs is chance.`);
    } else if (found.length > 1) {
      notes.push(
        `${label} differs from the baseline in ${formatCount(found.length, 'setting')}, so what it gains or loses is not from one of them alone.`,
      );
    }
  });
  return notes.slice(0, MOST_NOTES);
}

/** More than three lines of advice are read by nobody. */
const MOST_NOTES = 3;
