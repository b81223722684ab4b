/**
 * The samples that `predict` is given: arrays (.npy), JSON by field, and rows of a table, each file for one field
 * of the network or, where it can name them, for several. What is missing or too much is the engine's to say.
 */
import { access } from 'node:fs/promises';
import { analyse } from '#engine/check/analyse.ts';
import { type FieldRef, inputFieldsOf } from '#engine/check/heads.ts';
import type { SampleReading } from '#engine/datasets/index.ts';
import { readNpy } from '#engine/export/npy.ts';
import { inputError, type NetworkDocument } from '#engine/ir/index.ts';
import { readRegularFile } from '#engine/platform/node.ts';
import type { PredictInput } from '#engine/protocol/index.ts';
import type { FittedData } from '#engine/training/fittedData.ts';
import { readJsonInputs } from './predictJson.ts';
import { readSeriesInput } from './predictSeries.ts';
import { type AnsweredInput, readTableInput } from './predictTable.ts';
import { readTextInput } from './predictText.ts';

export interface PredictSamples {
  readonly inputs: readonly PredictInput[];
  /** Where rows of a table are among them: answers go beside these. */
  readonly table: AnsweredInput | null;
}

interface NamedFile {
  readonly name?: string;
  readonly path: string;
}

/** `texts`: as they were written, `FILE` or `FIELD=FILE`. */
export async function readSamples(
  texts: readonly string[],
  document: NetworkDocument,
  fitted: FittedData | null,
): Promise<PredictSamples> {
  const fields = inputFieldsOf(analyse(document));
  const inputs: PredictInput[] = [];
  const tables: { readonly file: NamedFile; readonly bytes: Uint8Array }[] = [];
  for (const text of texts) {
    const file = await namedFile(text, fields);
    const bytes = await readRegularFile(file.path);
    const name = file.name === undefined ? {} : { name: file.name };
    if (isNpy(bytes)) inputs.push({ ...name, ...readNpy(bytes, file.path) });
    else if (/\.json$/i.test(file.path)) inputs.push(...readJsonInputs(bytes, file));
    else tables.push({ file, bytes });
  }
  const [table, second] = tables;
  if (!table) return { inputs, table: null };
  if (second) {
    throw inputError('predict.several-tables', 'Only one table can be read at a time.', {
      path: second.file.path,
      explanation: 'Put the columns of all fields into one.',
    });
  }
  const given = new Set(inputs.map(({ name }) => name));
  const open = fields.filter(
    ({ node, field }) =>
      ![field.name, node, `${node}.${field.name}`].some((each) => given.has(each)),
  );
  const { file, bytes } = table;
  const wanted =
    file.name === undefined ? open : fields.filter(({ field }) => field.name === file.name);
  const names = wanted.map(({ field }) => field.name);
  const read = fitted?.reading
    ? readOther(bytes, file.path, document, fitted.reading)
    : readTableInput(bytes, file.path, document, fitted, names);
  return { inputs: [...inputs, ...read.inputs], table: read };
}

/** Of what learned from no rows. */
function readOther(
  bytes: Uint8Array,
  path: string,
  document: NetworkDocument,
  reading: SampleReading,
): AnsweredInput {
  if (reading.kind === 'text') return readTextInput(bytes, path, document, reading);
  return readSeriesInput(bytes, path, document, reading);
}

/** By its first byte, which no text has. */
const isNpy = (bytes: Uint8Array): boolean => bytes[0] === 0x93;

/** Names of files may have a `=` in them: what is no field and is there is one of these. */
async function namedFile(text: string, fields: readonly FieldRef[]): Promise<NamedFile> {
  const end = text.indexOf('=');
  if (end <= 0) return { path: text };
  const name = text.slice(0, end);
  const isKnown = fields.some(({ node, field }) =>
    [field.name, node, `${node}.${field.name}`].includes(name),
  );
  const isFile = await access(text).then(
    () => true,
    () => false,
  );
  return !isKnown && isFile ? { path: text } : { name, path: text.slice(end + 1) };
}
