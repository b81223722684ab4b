/**
 * Layers that this version does not have: what can be told of them without their definition. Their nodes
 * are kept as they are, so nothing here offers to remove one.
 */
import type { DocumentNode } from '../ir/document.ts';
import type { LayerProblem } from '../layers/define.ts';
import { layers } from '../layers/index.ts';
import type { NodeAnalysis } from './analysis.ts';

export function unknownLayer(node: DocumentNode): LayerProblem {
  const meant = [...layers.keys()].find((type) => isMisspelt(node.type, type));
  return {
    code: 'document.unknown-layer',
    severity: 'error',
    message: `This version has no layer ${node.type}.`,
    explanation:
      'The node is kept as it is in the file but cannot be trained; a newer version may know it.',
    ...(meant !== undefined && {
      fixes: [{ kind: 'replace', type: meant, attrs: node.attrs }],
    }),
  };
}

/** A loss of another version: it is called one, or it compares a prediction with a target. */
export function isUnknownLoss({ definition, type, bypassed, ports }: NodeAnalysis): boolean {
  if (definition || bypassed) return false;
  const compares = ports.in.includes('prediction') && ports.in.includes('target');
  return type.endsWith('Loss') || (compares && ports.out.length === 0);
}

/** In shorter names one letter makes another layer: SELU and GELU. */
const MIN_MISSPELT = 5;

/**
 * Whether a name can only mean another: equal but for case and punctuation, or one slip of a letter away
 * from a name of some length. Another digit is another layer: Conv1d and Conv2d.
 */
function isMisspelt(name: string, type: string): boolean {
  const [a, b] = [name, type].map((text) => text.toLowerCase().replaceAll(/[^a-z0-9]/g, ''));
  if (a === undefined || b === undefined) return false;
  if (a === b) return true;
  if (b.length < MIN_MISSPELT) return false;
  let start = 0;
  while (start < Math.min(a.length, b.length) && a[start] === b[start]) start++;
  let end = 0;
  while (end < Math.min(a.length, b.length) - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  const [left, right] = [a.slice(start, a.length - end), b.slice(start, b.length - end)];
  if (/[0-9]/.test(left + right)) return false;
  const isSwap = left.length === 2 && left === [...right].reverse().join('');
  return isSwap || (left.length <= 1 && right.length <= 1);
}
