/**
 * Whether the fields that a document has of its data are those that the data has: every shape follows from
 * them. Asked by the check once somebody has looked at the data, and by a run before it starts.
 */
import { type DataField, plainFields } from '../ir/attrs.ts';
import type { Problem } from '../ir/problem.ts';
import { sameShape } from '../ir/tensor.ts';
import type { CheckContext } from './context.ts';

const CODE = 'data.fields-changed';

/** The first field that the data has no longer, or has otherwise; columns that came on top change nothing. */
export function staleField(
  known: readonly DataField[],
  found: readonly DataField[],
): DataField | undefined {
  return known.find((field) => {
    const now = found.find(({ name }) => name === field.name);
    const same =
      now &&
      now.dtype === field.dtype &&
      sameShape(now.shape, field.shape) &&
      (now.classes ?? 0) <= (field.classes ?? now.classes ?? 0);
    return !same;
  });
}

/** A target of several numbers that says no labels: read before targets said them, or of plain numbers. */
export const mayHaveLabels = (known: readonly DataField[]): boolean =>
  known.some(({ role, shape, labels }) => role === 'target' && (shape[0] ?? 1) > 1 && !labels);

/** The fields with the labels that the data names now; null where it names none, or is other data by now. */
export function withLabels(
  known: readonly DataField[],
  found: readonly DataField[],
): readonly DataField[] | null {
  if (staleField(known, found)) return null;
  const labelled = known.map((field): DataField => {
    const labels = found.find(({ name }) => name === field.name)?.labels;
    return labels ? { ...field, labels } : field;
  });
  return labelled.some(({ labels }, i) => labels !== known[i]?.labels) ? labelled : null;
}

/** What is wrong with the fields of a Data node, and the edit that takes them as they are found. */
export function fieldsProblem(
  node: string,
  known: readonly DataField[],
  found: readonly DataField[],
): Problem | null {
  const stale = staleField(known, found);
  if (!stale) return null;
  return {
    code: CODE,
    severity: 'error',
    node,
    message: `The field "${stale.name}" is not what the data holds now.`,
    explanation: 'The data has changed since this project looked at it last.',
    fixes: [
      {
        label: "Take the data's fields",
        edits: [{ kind: 'setAttrs', id: node, attrs: { fields: plainFields(found) } }],
      },
    ],
  };
}

export function checkFields({ facts, nodes, dataNodes }: CheckContext): readonly Problem[] {
  const [id = ''] = dataNodes;
  // The layer's own kind of attribute; a node without fields yet is told so elsewhere.
  const known = (nodes.get(id)?.attrs['fields'] ?? []) as readonly DataField[];
  const problem = facts?.fields ? fieldsProblem(id, known, facts.fields) : null;
  return problem ? [problem] : [];
}
