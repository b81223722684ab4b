/** Words for where the data comes from and what computes. */
import type { Analysis } from '#engine/check/analysis.ts';
import type { TrainingSettings } from '#engine/ir/document.ts';
import type { RunSummary } from '#engine/protocol/run.ts';
import { sourceOf } from '../charts/dataSource.ts';
import type { SelectOption } from '../ui/Select.tsx';

type Device = TrainingSettings['device'];

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

const DEVICE_LABEL: Record<Device, string> = { auto: 'Automatic', cpu: 'CPU', webgpu: 'GPU' };

/** All of them everywhere: whether there is a GPU is known where training runs, which may be elsewhere. */
export const DEVICE_OPTIONS: readonly SelectOption<Device>[] = (
  Object.keys(DEVICE_LABEL) as Device[]
).map((value) => ({ value, label: DEVICE_LABEL[value] }));

/** `CPU 2 threads`; a run's device is the backend's description, which begins with its name. */
export function deviceText({ device, threads }: Pick<RunSummary, 'device' | 'threads'>): string {
  if (device.startsWith('webgpu')) return 'GPU';
  const unit = threads === 1 ? 'thread' : 'threads';
  return threads > 0 ? `CPU ${threads} ${unit}` : device;
}
