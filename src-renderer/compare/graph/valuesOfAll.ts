/**
 * What all compared runs have of the nodes of a picture that is of two of them: of each attribute in which any of
 * them differs each value and whose it is. Pure.
 */
import type { DocumentNode } from '#engine/ir/document.ts';
import type { RunRow } from '#engine/protocol/run.ts';
import { own } from '#engine/ir/record.ts';
import { attrLabel } from '#engine/ir/readAttrs.ts';
import { layers } from '#engine/layers/index.ts';
import { settingDifferences, settingText } from '#engine/runs/index.ts';

export interface SharedValue {
  readonly text: string;
  readonly runs: readonly RunRow[];
}
export interface AttributeOfAll {
  /** Path below the node; empty for what kind it is. */
  readonly key: string;
  readonly label: string;
  readonly values: readonly SharedValue[];
}

/** By the id that a node has in the run whose names are told; `runs` have one name for each node. */
export function valuesOfAll(
  runs: readonly RunRow[],
): (node: DocumentNode) => readonly AttributeOfAll[] {
  const differing = settingDifferences(runs);
  return ({ id, type }) =>
    differing.flatMap(({ path }): AttributeOfAll[] => {
      if (path !== id && !path.startsWith(`${id}.`)) return [];
      const key = path.slice(id.length + 1);
      const values = new Map<string, RunRow[]>();
      for (const run of runs) {
        // A run without the node has nothing of it.
        if (own(run.settings, id) === undefined) continue;
        const text = settingText(own(run.settings, path));
        values.set(text, [...(values.get(text) ?? []), run]);
      }
      if (values.size < 2) return [];
      const label = key === '' ? 'Type' : attrLabel(key, own(layers.get(type)?.attrs, key));
      return [{ key, label, values: [...values].map(([text, of]) => ({ text, runs: of })) }];
    });
}
