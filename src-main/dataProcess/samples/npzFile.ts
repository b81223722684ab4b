/**
 * Prepared samples as NumPy's archive: an array for each field with the shape of its samples, `split` with the part of
 * each row (0 train, 1 validation, 2 test, 255 none), and `classes_of_FIELD.txt`, a name a line. For `numpy.load`.
 */
import { Readable } from 'node:stream';
import { ZipFile } from 'yazl';
import { npyHeader } from '#engine/export/npy.ts';
import { BYTES_PER_ELEMENT, elementCount } from '#engine/ir/tensor.ts';
import type { SampleColumn, SampleRows } from './sampleRows.ts';

const BYTES_AT_ONCE = 8 * 2 ** 20;
const DESCR = { f32: '<f4', i32: '<i4', u8: '|u1' } as const;
const ENTRY = { compress: false, mtime: new Date(1980, 0, 1), mode: 0o100644 };

/** Pieces of the file. */
export async function* npzFile(samples: SampleRows): AsyncGenerator<Uint8Array> {
  const { count, columns, parts } = samples;
  const zip = new ZipFile();
  for (const [place, column] of columns.entries()) {
    const { name, classNames, shape } = column.field;
    const header = npyHeader(DESCR[column.dtype], [count, ...shape]);
    const size = header.length + count * rowBytes(column);
    const content = Readable.from(arrayPieces(samples, place, header));
    zip.addReadStream(content, `${name}.npy`, { ...ENTRY, size });
    if (classNames)
      zip.addBuffer(Buffer.from(classNames.join('\n')), `classes_of_${name}.txt`, ENTRY);
  }
  zip.addBuffer(Buffer.concat([npyHeader(DESCR.u8, [count]), parts]), 'split.npy', ENTRY);
  zip.end();
  for await (const piece of zip.outputStream) yield piece as Buffer;
}

const rowBytes = ({ field, dtype }: SampleColumn): number =>
  elementCount(field.shape) * BYTES_PER_ELEMENT[dtype];

async function* arrayPieces(
  { count, columns, read }: SampleRows,
  place: number,
  header: Uint8Array,
): AsyncGenerator<Uint8Array> {
  yield header;
  const column = columns[place];
  if (!column) return;
  const rows = Math.max(1, Math.floor(BYTES_AT_ONCE / Math.max(1, rowBytes(column))));
  for (let first = 0; first < count; first += rows) {
    const piece = await read(place, first, Math.min(rows, count - first));
    yield new Uint8Array(piece.buffer, piece.byteOffset, piece.byteLength);
  }
}
