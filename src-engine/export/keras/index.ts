/** A Keras 3 model as a person would write it: a folder with its code and its weights. */
import type { ForwardOutput } from '#engine/compile/forward.ts';
import { indexWires, reachable } from '#engine/ir/topology.ts';
import type { FolderEntry, WriteContext, WrittenModel } from '../define.ts';
import { type ExportSource, fieldsOf } from '../source.ts';
import { writeSafetensors } from '../safetensors.ts';
import { Wiring } from '../python/wiring.ts';
import { Code } from './code.ts';
import { writeModel } from './model.ts';
import { kerasNetwork } from './network.ts';
import { writeReadme } from './readme.ts';
import { type ScaledField, scalingFile, unitsArguments } from './scaling.ts';
import { kerasTensors } from './weights.ts';

export interface KerasOptions {
  /** The model scales its inputs itself. */
  readonly standardise: boolean;
}

/** Throws InputError where a node has no equal in Keras. */
export function writeKeras(
  source: ExportSource,
  { standardise }: KerasOptions,
  { outputs: asked, metadata }: Pick<WriteContext, 'outputs' | 'metadata'>,
): WrittenModel {
  const { document, analysis, binding, trained } = source;
  const wiring = new Wiring(document, analysis, { withoutNoise: true });
  const code = new Code(wiring, kerasNetwork(wiring, asked));
  const fields = scaledFields(source, code);
  const scaled = standardise ? fields : [];
  const outputs = asked.map((output) => ({ ...output, units: unitsArguments(binding, output) }));
  const weights = `weights/${trained ? 'trained' : 'initial'}.safetensors`;
  const notes = notesOf(source, code, asked);
  const model = writeModel({ code, scaled, outputs, weights });
  const scaling = scalingFile(scaled);
  const entries: FolderEntry[] = [
    { path: 'model.py', bytes: bytesOf(model) },
    {
      path: weights,
      bytes: writeSafetensors({ tensors: kerasTensors(code, source.tensors), metadata }),
    },
    ...(scaling ? [scaling] : []),
    { path: 'requirements.txt', bytes: bytesOf('keras>=3\nnumpy\nsafetensors\n') },
  ];
  const readme = writeReadme({
    ...{ code, fields, standardise, outputs, notes },
    files: entries.map(({ path }) => path),
  });
  return { folder: [{ path: 'README.md', bytes: bytesOf(readme) }, ...entries], notes };
}

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Inputs of the model that training scales. */
function scaledFields({ analysis, binding }: ExportSource, code: Code): readonly ScaledField[] {
  const fields = fieldsOf(analysis);
  return code.network.inputs.flatMap((ref) => {
    const isData = code.wiring.node(ref.node).definition?.role === 'data';
    const field = isData ? fields.find(({ name }) => name === ref.port) : undefined;
    const normalisation = binding.get(ref.port)?.normalisation;
    return field && normalisation ? [{ ref, field, normalisation, name: code.name(ref) }] : [];
  });
}

function notesOf(
  { trained, analysis, document }: ExportSource,
  code: Code,
  outputs: readonly ForwardOutput[],
): readonly string[] {
  const ends = outputs.map(({ from }) => from.node);
  const used = reachable(ends, indexWires(document), 'upstream');
  const noise = analysis.order.filter(
    (id) => used.has(id) && analysis.nodes.get(id)?.definition?.role === 'noise',
  );
  return [
    ...code.renamed.map(
      ([id, name]) => `\`${id}\` is called \`${name}\`: its own name is taken, or none in Python.`,
    ),
    ...(trained ? [] : ['It was never trained: its weights are those that training begins with.']),
    ...(noise.length > 0 ? [`Noise is left out: ${noise.join(', ')}.`] : []),
    ...code.network.nodes.flatMap(({ node, form }) =>
      'steps' in form && form.note !== undefined ? [`\`${node.id}\` ${form.note}.`] : [],
    ),
  ];
}
