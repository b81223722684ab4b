/**
 * The order of files: those that take longest first, so that no worker is left with one of them while the others have
 * nothing to do. Vitest goes by what it measured the last time, and by the sizes of files where it has measured nothing.
 */
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Ten seconds of processor time and more, the longest first; then those of the unit tests that take five. */
const SLOW = [
  'process/device.test.ts',
  'process/electronGpu.test.ts',
  'process/startServer.test.ts',
  'process/electron.test.ts',
  'process/queueRuns.test.ts',
  'process/studies.test.ts',
  'process/recipeEquality.test.ts',
  'process/cli.test.ts',
  'process/exportCommand.test.ts',
  'backends/webgpuLayers.test.ts',
  'backends/webgpu.test.ts',
  'backends/webgpuCurves.test.ts',
  'backends/webgpuRuns.test.ts',
  'backends/trainingReference.test.ts',
  'backends/trainingResume.test.ts',
  'backends/wasmRandomNetworks.test.ts',
  'backends/wasmWinograd.test.ts',
  'parity/onnxNetworks.test.ts',
  'backends/wasmLayers.test.ts',
  'parity/kerasAnswers.test.ts',
  'backends/trainingStreamed.test.ts',
  'backends/trainingAugment.test.ts',
  'parity/trajectories.test.ts',
  'layers/gradients.test.ts',
  'layers/gradientsOfSequences.test.ts',
  'pure/datasets/tables/csv.test.ts',
];

const rankOf = ({ moduleId }: TestSpecification): number => {
  const rank = SLOW.findIndex((name) => moduleId.replaceAll('\\', '/').endsWith(`/${name}`));
  return rank < 0 ? SLOW.length : rank;
};

export class SlowestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((one, other) => rankOf(one) - rankOf(other));
  }
}
