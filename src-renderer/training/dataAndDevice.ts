/** Words for where the data comes from and what computes. */
import type { Analysis } from '#engine/check/analysis.ts';
import type { RunSummary } from '#engine/protocol/run.ts';
import { sourceOf } from '../charts/dataSource.ts';

/** Built-in names as they are; of a path its last part: `idx:/long/way/mnist` reads `mnist`. */
export function sourceText(source: string): string {
  const path = source.slice(source.indexOf(':') + 1);
  return path.split(/[\\/]/).filter(Boolean).at(-1) ?? source;
}

export function dataSources(
  analysis: Analysis,
): { readonly id: string; readonly source: string }[] {
  return analysis.dataNodes.flatMap((id) => {
    const node = analysis.nodes.get(id);
    const reference = node && sourceOf(node);
    return reference ? [{ id, source: sourceText(reference.source) }] : [];
  });
}

/** `CPU 2 threads`; a run's device is the backend's description, which begins with its name. */
export function deviceText({ device, threads }: Pick<RunSummary, 'device' | 'threads'>): string {
  if (device.startsWith('webgpu')) return 'GPU';
  const unit = threads === 1 ? 'thread' : 'threads';
  return threads > 0 ? `CPU ${threads} ${unit}` : device;
}
