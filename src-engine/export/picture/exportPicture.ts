/** One picture from end to end. Whatever the weights are like: they are an ornament of it. */
import type { AttrSchema, AttrValues } from '#engine/ir/attrs.ts';
import type { NetworkDocument } from '#engine/ir/document.ts';
import { errorMessage } from '#engine/ir/errors.ts';
import type { Platform } from '#engine/platform/platform.ts';
import type { PictureFormat, PictureHost } from '../define.ts';
import type { ExportedModel } from '../exportModel.ts';
import { type NamedTensor, readSafetensors } from '../safetensors.ts';

interface PictureRequest {
  readonly document: NetworkDocument;
  /** A safetensors file; null: none. */
  readonly weights: string | null;
  readonly files: Pick<Platform['files'], 'read'>;
  readonly host: PictureHost;
}

export async function exportPicture(
  format: PictureFormat,
  options: AttrValues<AttrSchema>,
  { document, weights, files, host }: PictureRequest,
): Promise<ExportedModel> {
  const notes: string[] = [];
  let tensors: ReadonlyMap<string, NamedTensor> | null = null;
  if (weights !== null) {
    try {
      ({ tensors } = readSafetensors(await files.read(weights), weights));
    } catch (error) {
      notes.push(`Without the weights: ${errorMessage(error)}`);
    }
  }
  const drawn = await format.draw({ document, tensors }, options, host);
  const { bytes, widthPx, heightPx } = drawn;
  return {
    content: { bytes },
    report: {
      format: format.id,
      ...{ weightBytes: 0, fullWeightBytes: 0 },
      ...{ inputs: [], outputs: [], operators: [], leftOut: [], idleOptions: [] },
      trained: tensors !== null,
      notes: [...notes, ...drawn.notes],
      picture: { widthPx, heightPx },
      verification: null,
    },
  };
}
