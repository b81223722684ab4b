/** What is drawn of a head that answers numbers: of each number its targets and predictions. */
import type { SampleAnswers } from '#engine/protocol/run.ts';

type Frame = Extract<SampleAnswers, { kind: 'regression' }>;

export interface RegressionPlot extends Pick<
  Frame,
  'step' | 'inputs' | 'inputCount' | 'targets' | 'predictions'
> {
  /** Null of the only one. */
  readonly name: string | null;
}

export function regressionPlots(frame: Frame): readonly RegressionPlot[] {
  const { names = [null], targets, predictions } = frame;
  const width = names.length;
  const of = (values: Float32Array, at: number) => values.filter((_, i) => i % width === at);
  return names.map((name, at) => ({
    ...frame,
    name,
    targets: of(targets, at),
    predictions: of(predictions, at),
  }));
}
