/** What the parts of a table's page share: its columns with what warns of them, the recipe, and changes to both. */
import { useMemo } from 'react';
import type { Step } from '#engine/ir/attrs.ts';
import type { ColumnProfile, Finding, ProfileRole } from '#engine/protocol/profileContract.ts';
import type { PreviewColumn, TablePreview } from '#engine/protocol/tablePreview.ts';
import { documentStore } from '#renderer/state/document.ts';
import type { PartProps } from '../defineKind.ts';
import { changeData } from '../edits.ts';
import type { ChosenData } from '../chosenData.ts';
import { recipeOf, withEncoding, withFill } from './recipeEdits.ts';
import { ROLE_LABELS, withRole } from './roles.ts';

export interface TableRow {
  readonly column: ColumnProfile;
  /** What is wrong with it, worst first. */
  readonly findings: readonly Finding[];
  /** As the network gets it, where that is known. */
  readonly prepared: PreviewColumn | null;
}

const RANK: Readonly<Record<Finding['severity'], number>> = { danger: 0, warning: 1, info: 2 };
export const bySeverity = (a: Finding, b: Finding): number => RANK[a.severity] - RANK[b.severity];

export function useTableRows(
  profile: PartProps<'table'>['profile'],
  preview: TablePreview | null,
): readonly TableRow[] {
  return useMemo(() => {
    const of = new Map<number, Finding[]>();
    for (const finding of profile.findings.toSorted(bySeverity)) {
      if (finding.severity === 'info') continue;
      // What it is about is the other column, where one is the target.
      const others = finding.columns.filter((index) => profile.columns[index]?.role !== 'target');
      for (const index of others.length > 0 ? others : finding.columns)
        of.set(index, [...(of.get(index) ?? []), finding]);
    }
    return profile.columns.map((column) => ({
      column,
      findings: of.get(column.index) ?? [],
      prepared: preview?.columns[column.index] ?? null,
    }));
  }, [profile, preview]);
}

export function setRole(
  { data, profile }: PartProps<'table'>,
  column: ColumnProfile,
  role: ProfileRole,
): void {
  if (role === column.role) return;
  const { options, split } = withRole(profile, data.options, column, role, data.split.kind);
  const before = recipeNow(data);
  const recipe =
    role === 'feature'
      ? before
      : withEncoding(withFill(before, column.name, null), column.name, null);
  changeData(
    documentStore,
    data,
    {
      // What is no feature is no longer prepared as one.
      options: JSON.stringify(recipe) === JSON.stringify(before) ? options : { ...options, recipe },
      ...(split ? { split } : {}),
    },
    `Make ${column.name} ${ROLE_LABELS[role].toLowerCase()}`,
  );
}

export function setRecipe(data: ChosenData, recipe: readonly Step[], label: string): void {
  changeData(documentStore, data, { options: { recipe } }, label);
}

export const recipeNow = (data: ChosenData): readonly Step[] => recipeOf(data.options);
