/** The weights alone, as PyTorch's state_dict has them. */
import { defineModelFormat } from '../define.ts';
import { writeSafetensors } from '../safetensors.ts';

export default defineModelFormat({
  id: 'safetensors',
  order: 2,
  label: 'safetensors',
  doc: 'weights only',
  extension: 'safetensors',
  mediaType: 'application/octet-stream',
  options: {},
  write: ({ tensors, dataMetadata }, _options, { metadata }) => ({
    bytes: writeSafetensors({ tensors, metadata: { ...metadata, ...dataMetadata } }),
    notes: ['The names are those of a PyTorch state_dict; the network itself is not in the file.'],
  }),
});
