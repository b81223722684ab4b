/** A PyTorch project as a person would write it: a folder with the network, its weights, its data and its training. */
import type { FolderEntry, WriteContext, WrittenModel } from '../define.ts';
import type { ExportSource } from '../source.ts';
import { generatedOutput } from '#engine/check/generated.ts';
import type { PortRef } from '#engine/ir/document.ts';
import { nodeAndKey } from '#engine/ir/naming.ts';
import { own } from '#engine/ir/record.ts';
import { elementCount } from '#engine/ir/tensor.ts';
import { initialValues } from '#engine/training/initialise.ts';
import { fieldsOf } from '../source.ts';
import { type NamedTensor, writeSafetensors } from '../safetensors.ts';
import { AUGMENT_MODULE, AUGMENT_NOTES, type Treatment, treatmentOf } from './augment.ts';
import { Code } from './code.ts';
import { dataFiles, normalisationFile, type UsedField, writeData } from './data.ts';
import { forwardInputs, trainingOutputs } from './losses.ts';
import { tableFiles } from './table.ts';
import { textFiles } from './text.ts';
import { parseFittedData } from '#engine/training/fittedData.ts';
import { writeModel } from './model.ts';
import { eachOnce, Wiring } from '../python/wiring.ts';
import { writeReadme } from './readme.ts';
import { writeTrain } from './train.ts';
import { extraModules, optimizerModules, trainPlan } from './trainPlan.ts';
import { torchVersion } from './version.ts';
import average from './files/average.py?raw';
import gradients from './files/gradients.py?raw';
import penalties from './files/penalties.py?raw';
import parallel from './files/parallel.py?raw';
import warmup from './files/warmup.py?raw';

const OURS = { average, gradients, penalties, warmup } as const;

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

export interface ProjectOptions {
  /** Without, the network and its weights alone. */
  readonly training: boolean;
}

export async function writeProject(
  source: ExportSource,
  { training: isTrained }: ProjectOptions,
  context: Pick<WriteContext, 'data' | 'metadata'>,
): Promise<WrittenModel> {
  const { document, analysis } = source;
  const code = new Code(new Wiring(document, analysis));
  const outputs = forwardOutputs(code, source);
  const fields = usedFields(code, source, outputs, isTrained);
  const notes = code.renamed.map(
    ([id, name]) => `\`${id}\` is called \`${name}\`, since Python does not take its name.`,
  );
  const about = new Map<string, string>();
  const entries: FolderEntry[] = [
    { path: 'model.py', bytes: bytesOf(writeModel({ code, outputs })) },
  ];
  const dataCode = (treatment: Treatment | null): FolderEntry => ({
    path: 'data.py',
    bytes: bytesOf(writeData(fields, document.training, treatment)),
  });
  if (!isTrained) {
    // Where nothing is scaled there is nothing to say of the data.
    if (fields.some(({ normalisation }) => normalisation !== null)) entries.push(dataCode(null));
  } else {
    const prepared = await context.data();
    const treatment = treatmentOf(prepared, fields, (name) => scoresOf(code, name));
    const plan = trainPlan(code, treatment);
    const { entries: data, epochs } = dataFiles(prepared, fields, document.training);
    entries.push(dataCode(treatment));
    if (treatment.augment !== null) {
      entries.push({ path: AUGMENT_MODULE, bytes: bytesOf(treatment.augment) });
      notes.push(...AUGMENT_NOTES);
    }
    entries.push(
      { path: 'train.py', bytes: bytesOf(writeTrain(plan)) },
      { path: 'parallel.py', bytes: bytesOf(parallel) },
      ...extraModules(plan).map((name) => ({ path: `${name}.py`, bytes: bytesOf(OURS[name]) })),
      ...data,
    );
    for (const { name, className, source: text } of optimizerModules(plan)) {
      entries.push({ path: `${name}.py`, bytes: bytesOf(text) });
      about.set(`${name}.py`, `the optimiser ${className}, which PyTorch has not`);
    }
    if (epochs < document.training.epochs) {
      notes.push(`The order of batches goes along for ${epochs} epochs; later ones are drawn.`);
    }
    if (plan.notMeasured !== null) {
      notes.push(`Netloom watches ${plan.notMeasured}; \`train.py\` watches the loss instead.`);
    }
    if (analysis.live.some((id) => drawsNumbers(code, id))) {
      notes.push('Random numbers (dropout, noise, random sources) are those of PyTorch.');
    }
  }
  const { table, reading } = parseFittedData(source.dataMetadata, 'weights') ?? {};
  const takesData = fields.some(({ field }) => field.role === 'input');
  if (table && takesData) entries.push(...tableFiles(table));
  if (reading?.kind === 'text' && takesData) entries.push(...textFiles(reading));
  if (reading?.kind === 'windows' && takesData) notes.push(WINDOWS_NOTE);
  const scales = normalisationFile(fields);
  if (scales) entries.push(scales);
  const weights = (name: string, tensors: ReadonlyMap<string, NamedTensor>): FolderEntry => ({
    path: `weights/${name}.safetensors`,
    bytes: writeSafetensors({ tensors: ofModules(code, tensors), metadata: context.metadata }),
  });
  if (isTrained || !source.trained) entries.push(weights('initial', initialTensors(source)));
  if (source.trained) entries.push(weights('trained', source.tensors));
  const torch = torchVersion(code, isTrained);
  entries.push({
    path: 'requirements.txt',
    bytes: bytesOf(`torch>=${torch}\nsafetensors\nnumpy\n`),
  });
  const readme = writeReadme({
    ...{ code, outputs, fields, torch, isTrained, notes },
    hasTrained: source.trained,
    about,
    files: entries.map(({ path }) => path),
  });
  entries.unshift({ path: 'README.md', bytes: bytesOf(readme) });
  return { folder: entries, notes };
}

const WINDOWS_NOTE =
  'The network takes windows of a series as Netloom cuts them; cutting them from another table is left to you.';

/** What the network is for: what a generator makes, else its predictions and what its one objective looks at. */
function forwardOutputs(code: Code, { analysis, document }: ExportSource): readonly PortRef[] {
  const made = generatedOutput(analysis, document);
  if (code.parts.length === 1) return trainingOutputs(code);
  if (made) return [code.wiring.origin(made)];
  const predictions = analysis.heads.flatMap(({ prediction }) =>
    prediction ? [code.wiring.origin(prediction)] : [],
  );
  return eachOnce(predictions);
}

function usedFields(
  code: Code,
  { analysis, binding }: ExportSource,
  outputs: readonly PortRef[],
  isTrained: boolean,
): readonly UsedField[] {
  const { wiring } = code;
  const refs = isTrained
    ? [
        ...code.parts.flatMap(({ takes }) => takes),
        ...analysis.lossNodes.flatMap((loss) => wiring.neededBy(loss)),
      ]
    : forwardInputs(code, outputs);
  const isData = ({ node }: PortRef): boolean => wiring.node(node).definition?.role === 'data';
  const used = eachOnce(refs.filter(isData));
  return fieldsOf(analysis).flatMap((field) => {
    const ref = used.find(({ port }) => port === field.name);
    const normalisation = binding.get(field.name)?.normalisation ?? null;
    return ref ? [{ field, normalisation, name: code.variable(ref) }] : [];
  });
}

/** How many scores a field of classes is compared with. */
function scoresOf({ wiring }: Code, field: string): number | null {
  const head = wiring.analysis.heads.find(({ targetField }) => targetField?.field.name === field);
  const prediction = head?.prediction;
  const type = prediction && own(wiring.node(prediction.node).outputs, prediction.port);
  const count = type?.shape[1];
  return typeof count === 'number' ? count : null;
}

/** As training begins, by the seed. */
function initialTensors({
  tensors,
  analysis,
  document,
}: ExportSource): ReadonlyMap<string, NamedTensor> {
  return new Map(
    [...tensors].map(([key, { shape }]) => {
      const [id = '', name = ''] = nodeAndKey(key, analysis.nodes) ?? [];
      const node = analysis.nodes.get(id);
      const spec = own({ ...node?.params, ...node?.buffers }, name);
      if (!spec) throw new Error(`nothing says how ${key} begins`);
      const data = initialValues(spec.init, elementCount(shape), document.training.seed, key);
      return [key, { shape, data }];
    }),
  );
}

/** Of the nodes that the model has, by the names of its modules. */
const ofModules = (
  code: Code,
  tensors: ReadonlyMap<string, NamedTensor>,
): ReadonlyMap<string, NamedTensor> =>
  new Map(
    [...tensors].flatMap(([key, tensor]) => {
      const name = code.tensorName(key);
      return name === null ? [] : [[name, tensor] as const];
    }),
  );

function drawsNumbers({ wiring }: Code, id: string): boolean {
  const role = wiring.node(id).definition?.role;
  if (wiring.node(id).bypassed) return false;
  return role === 'dropout' || role === 'noise' || role === 'latent';
}
