/** What could be added at the end of a wire: every layer, whether it fits, and what would come out. */
import { defaultAttrs } from '#engine/ir/attrs.ts';
import { ShapeError } from '#engine/ir/problem.ts';
import { formatShape, type TensorType } from '#engine/ir/tensor.ts';
import type { LayerDefinition } from '#engine/layers/define.ts';
import { layers } from '#engine/layers/index.ts';

/** `fits`: works as it is. `partly`: needs more wires. `misfit`: shape error, said in `note`. */
export type Fit = 'fits' | 'partly' | 'misfit';

export interface Candidate {
  readonly definition: LayerDefinition;
  readonly fit: Fit;
  /** The shape that would come out, or what is missing. */
  readonly note: string;
}

function portsWithDefaults(definition: LayerDefinition) {
  return definition.ports(defaultAttrs(definition.attrs));
}

/** One layer behind an output of this type. Undefined type: it is not known yet. */
export function fitBehind(definition: LayerDefinition, type: TensorType | undefined): Candidate {
  const ports = portsWithDefaults(definition);
  if (ports.in.length === 0) return { definition, fit: 'misfit', note: 'has no input' };
  if (ports.in.length > 1) {
    return { definition, fit: 'partly', note: `needs ${ports.in.length}` };
  }
  if (!type) return { definition, fit: 'fits', note: '' };
  try {
    const [output] = definition.infer([type], defaultAttrs(definition.attrs));
    return { definition, fit: 'fits', note: output ? formatShape(output.shape) : '' };
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    return { definition, fit: 'misfit', note: "doesn't fit" };
  }
}

/** One layer in front of an input. */
export function fitBefore(definition: LayerDefinition): Candidate {
  const ports = portsWithDefaults(definition);
  const isData = definition.role === 'data';
  if (!isData && ports.out.length === 0) {
    return { definition, fit: 'misfit', note: 'has no output' };
  }
  if (definition.role === 'loss') {
    return { definition, fit: 'misfit', note: 'ends the graph' };
  }
  return { definition, fit: 'fits', note: '' };
}

const RANK: Readonly<Record<Fit, number>> = { fits: 0, partly: 1, misfit: 2 };

/** All layers: what fits first, recently used ones before the others. */
export function candidatesBehind(
  type: TensorType | undefined,
  recent: readonly string[],
): readonly Candidate[] {
  return ranked(
    [...layers.values()].map((definition) => fitBehind(definition, type)),
    recent,
  );
}
export function candidatesBefore(recent: readonly string[]): readonly Candidate[] {
  return ranked([...layers.values()].map(fitBefore), recent);
}
/** With no wire in hand everything fits. */
export function allCandidates(recent: readonly string[]): readonly Candidate[] {
  return ranked(
    [...layers.values()].map((definition) => ({ definition, fit: 'fits', note: '' })),
    recent,
  );
}

function ranked(found: readonly Candidate[], recent: readonly string[]): readonly Candidate[] {
  const freshness = ({ definition }: Candidate): number => {
    const at = recent.indexOf(definition.type);
    return at < 0 ? recent.length : at;
  };
  return found.toSorted((a, b) => RANK[a.fit] - RANK[b.fit] || freshness(a) - freshness(b));
}
