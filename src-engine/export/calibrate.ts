/**
 * Between which numbers the values of a file lie on samples that training saw: what its eight bits are spent on. The
 * file itself answers them, so that they are those of the operators it consists of.
 */
import { inputError } from '../ir/problem.ts';
import type { Prepared } from '../training/prepare.ts';
import { type Batch, samplesFrom } from './answers.ts';
import { feedsOf } from './feeds.ts';
import type { CalibrationFile } from './onnx/index.ts';
import { RangeSearch, type ValueRange } from './onnx/precision/ranges.ts';
import { drawnInputs, samplesFor } from './samples.ts';
import type { ExportSource } from './source.ts';
import type { FileRunner } from './verify.ts';

/** Ranges stop changing with a few hundred. */
const MOST_SAMPLES = 512;
/** At once: what every layer gives is held. */
const BATCH = 32;

export interface CalibrationRequest {
  readonly source: ExportSource;
  readonly file: CalibrationFile;
  readonly takesRawInputs: boolean;
  readonly data: () => Promise<Prepared>;
  readonly runner: FileRunner;
}

export interface Calibration {
  readonly ranges: ReadonlyMap<string, ValueRange>;
  readonly samples: number;
}

export async function calibrate(request: CalibrationRequest): Promise<Calibration> {
  const { source, file, runner, takesRawInputs } = request;
  const batch = file.batch ?? BATCH;
  const samples = await samplesFor(source, {
    ...{ part: 'train', wanted: file.takes, most: MOST_SAMPLES, batch, data: request.data },
  });
  if (samples.from === 'random') {
    throw inputError('export.no-samples', 'int8 needs samples that training saw.', {
      explanation: `They say what its eight bits are spent on. The data cannot be read: ${samples.note ?? ''}`,
    });
  }
  const drawn = drawnInputs(source, file.takes, samples.count);
  const feeds = feedsOf(source, file, { inputs: samples.inputs, drawn, takesRawInputs });
  const searches = new Map(file.values.map((name) => [name, new RangeSearch()]));
  const session = await runner.open(file.bytes);
  try {
    for (const pass of ['extend', 'count'] as const) {
      for (let first = 0; first < samples.count; first += batch) {
        const some = samplesFrom(feeds, first, batch);
        const answers = await session.run(some);
        for (const [name, search] of searches) search[pass](numbersOf(name, answers, some));
      }
    }
  } finally {
    await session.close();
  }
  const ranges = new Map([...searches].map(([name, search]) => [name, search.best()]));
  return { ranges, samples: samples.count };
}

/** What goes in is not answered. */
function numbersOf(name: string, answers: Batch, feeds: Batch): Float32Array {
  const found = answers.get(name) ?? feeds.get(name);
  if (!found) throw new Error(`the file does not answer ${name}`);
  return found.data;
}
