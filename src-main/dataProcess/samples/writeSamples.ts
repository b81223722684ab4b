/** Prepared samples into a file, for other programs and for whoever wants to see all of them. */
import type { DataTable } from '#engine/datasets/index.ts';
import { writeAtomically } from '#engine/platform/nodeWriting.ts';
import type { SampleFormat, WriteSamplesRequest, WrittenSamples } from '#engine/protocol/index.ts';
import { csvFile } from './csvFile.ts';
import { npzFile } from './npzFile.ts';
import { NO_PART, PART_NAMES, type SampleRows, sampleRows } from './sampleRows.ts';

const FORMATS: Readonly<
  Record<SampleFormat, (samples: SampleRows) => AsyncGenerator<string | Uint8Array>>
> = { csv: csvFile, npz: npzFile };

export async function writeSamples(
  table: DataTable,
  { path, format, split, seed }: WriteSamplesRequest,
): Promise<WrittenSamples> {
  const samples = sampleRows(table, { split, seed });
  await writeAtomically(path, async (file) => {
    for await (const piece of FORMATS[format](samples)) await file.writeFile(piece);
  });
  const [train = 0, validation = 0, test = 0] = PART_NAMES.map((_, place) =>
    rowsIn(samples.parts, place),
  );
  return {
    numbers: samples.columns.reduce((sum, { names }) => sum + names.length, 0),
    ...{ train, validation, test, leftOut: rowsIn(samples.parts, NO_PART) },
  };
}

function rowsIn(parts: Uint8Array, part: number): number {
  let count = 0;
  for (const each of parts) if (each === part) count += 1;
  return count;
}
