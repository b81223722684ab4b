/** A project in Python that goes on training elsewhere. */
import { defineModelFormat } from '../define.ts';
import { writeProject } from '../pytorch/index.ts';

export default defineModelFormat({
  id: 'pytorch',
  order: 5,
  label: 'PyTorch project',
  doc: 'readable code that trains on',
  extension: 'zip',
  isFolder: true,
  mediaType: 'application/zip',
  options: {
    training: {
      kind: 'bool',
      label: 'Training',
      default: true,
      help: 'With train.py, the data and the order of its batches; off: the network and its weights alone.',
    },
  },
  write: (source, options, context) => writeProject(source, options, context),
});
