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
import type { OwnSamples } from '#engine/training/ownSamples/answers.ts';
import { readTableInput } from '#engine/training/ownSamples/rows.ts';
import { readSeriesInput } from '#engine/training/ownSamples/series.ts';
import { readTextInput } from '#engine/training/ownSamples/texts.ts';
import { formatOf } from '../dataProcess/pictures/sniff.ts';
import type { DataReader } from '../services/dataReader.ts';
import { readJsonInputs } from './predictJson.ts';
import { isFolder, type PictureInput, readPictureInput } from './predictPictures.ts';

export interface PredictSamples {
  readonly inputs: readonly PredictInput[];
  /** Where rows of a table are among them: answers go beside these. */
  readonly table: OwnSamples | null;
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
  reader: Pick<DataReader, 'decode'>,
): Promise<PredictSamples> {
  const fields = inputFieldsOf(analyse(document));
  const inputs: PredictInput[] = [];
  const tables: { readonly file: NamedFile; readonly bytes: Uint8Array }[] = [];
  const pictures: (PictureInput & NamedFile)[] = [];
  for (const text of texts) {
    const file = await namedFile(text, fields);
    if (await isFolder(file.path)) {
      pictures.push(file);
      continue;
    }
    const bytes = await readRegularFile(file.path);
    const name = file.name === undefined ? {} : { name: file.name };
    if (isNpy(bytes)) inputs.push({ ...name, ...readNpy(bytes, file.path) });
    else if (/\.json$/i.test(file.path)) inputs.push(...readJsonInputs(bytes, file));
    else if (formatOf(bytes)) pictures.push({ ...file, bytes });
    else tables.push({ file, bytes });
  }
  const [table, second] = tables;
  const [picture] = pictures;
  if (picture) {
    refuseMixed(pictures, table?.file);
    const read = await readPictureInput(pictures, document, namedFields(fields, picture), reader);
    return { inputs: [...inputs, ...read.inputs], table: read };
  }
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

/** Answers stand beside what was given: one list of pictures, or one table. */
function refuseMixed(pictures: readonly NamedFile[], table: NamedFile | undefined): void {
  const [first] = pictures;
  const other = pictures.find(({ name }) => name !== first?.name) ?? table;
  if (!other) return;
  throw inputError('predict.several-kinds', 'Pictures are given for one field at a time.', {
    path: other.path,
    explanation: 'Give what belongs to them as .npy or .json files.',
  });
}

const namedFields = (fields: readonly FieldRef[], { name }: NamedFile): readonly FieldRef[] =>
  name === undefined
    ? fields
    : fields.filter(({ node, field }) =>
        [field.name, node, `${node}.${field.name}`].includes(name),
      );

/** Of what learned from no rows. */
function readOther(
  bytes: Uint8Array,
  path: string,
  document: NetworkDocument,
  reading: SampleReading,
): OwnSamples {
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
