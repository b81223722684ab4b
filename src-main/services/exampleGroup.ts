/** Which examples are shown together: by what they learn from, except that those which make it or rebuild it are. */
import { analyse } from '#engine/check/analyse.ts';
import { generatedOutput } from '#engine/check/generated.ts';
import { datasets } from '#engine/datasets/index.ts';
import type { NetworkDocument } from '#engine/ir/document.ts';
import type { ExampleGroup } from '#engine/protocol/index.ts';

export function exampleGroup(document: NetworkDocument): ExampleGroup {
  const analysis = analyse(document);
  const rebuilds = analysis.heads.some(({ targetField }) => targetField?.field.role === 'input');
  if (rebuilds || generatedOutput(analysis, document)) return 'generate';
  const source = analysis.nodes.get(analysis.dataNodes[0] ?? '')?.attrs['source'];
  const [scheme = ''] = typeof source === 'string' ? source.split(':') : [];
  const read = datasets.get(scheme);
  // Of a series or a text samples are windows of a length that is chosen.
  const isSequence = ['window', 'length'].some((option) =>
    Object.hasOwn(read?.options ?? {}, option),
  );
  if (isSequence || read?.group === 'Text') return 'sequences';
  if (analysis.heads.some(hasPictures) || read?.group === 'Images') return 'images';
  return read?.group === 'Files' ? 'tables' : 'points';
}

const hasPictures = ({ inputFields }: ReturnType<typeof analyse>['heads'][number]): boolean =>
  inputFields.some(({ field }) => field.shape.length === 3);
