/** README.md of a project: what is in it, how it is trained and used, what differs from training here. */
import type { Code } from './code.ts';
import { normaliserName, type UsedField } from './data.ts';
import { forwardInputs } from './losses.ts';
import type { PortRef } from '#engine/ir/document.ts';

export interface ReadmeRequest {
  readonly code: Code;
  readonly outputs: readonly PortRef[];
  readonly fields: readonly UsedField[];
  readonly files: readonly string[];
  /** The oldest PyTorch that it runs with. */
  readonly torch: string;
  readonly isTrained: boolean;
  /** Weights of a run go along. */
  readonly hasTrained: boolean;
  readonly notes: readonly string[];
  /** What is in files that not every project may have. */
  readonly about: ReadonlyMap<string, string>;
}

const ABOUT: ReadonlyMap<string, string> = new Map(
  Object.entries({
    'model.py': 'the network, one `nn.Module`',
    'data.py': 'how samples are read and scaled',
    'table.py':
      'rows of another table as the network takes them, before `data.py` scales them: `features("new.csv")`',
    'augment.py': 'how training pictures are changed, anew in every epoch',
    'train.py': 'training: losses, optimisers, schedules, the loop',
    'parallel.py': 'training on several processes',
    'average.py': 'the moving average of the weights',
    'gradients.py': 'gradients of several batches',
    'penalties.py': 'penalties on the size of weights',
    'warmup.py': 'rates while training begins',
    'weights/initial.safetensors': 'the weights that training begins with',
    'weights/trained.safetensors': 'the trained weights',
    'data/samples.npz': 'all samples, as they were read',
    'data/rows.npz': 'rows of training, validation and test, and their order in every epoch',
    'text.py':
      'other texts as the network takes them, before `data.py` scales them: `encode(["a text"])`',
    'data/text.json': 'the tokenizer, as it was fitted in training',
    'data/tokenizer.json': 'the same for the library `tokenizers`',
    'data/table.json': 'what the columns of the table became, as it was fitted in training',
    'data/normalisation.npz': 'how inputs are scaled',
    'requirements.txt': 'what it needs',
  }),
);

export function writeReadme(request: ReadmeRequest): string {
  const { code, files, torch, isTrained, notes } = request;
  const { name, notes: words } = code.wiring.document;
  const described = files.flatMap((file) => {
    const about = ABOUT.get(file) ?? request.about.get(file);
    return about === undefined ? [] : [`| \`${file}\` | ${about} |`];
  });
  return [
    `# ${name}`,
    ...(words === '' ? [] : ['', words]),
    '',
    `A PyTorch project, written by Netloom. It runs on PyTorch ${torch} and later.`,
    '',
    '| File | What |',
    '|---|---|',
    ...described,
    '',
    '```sh',
    'pip install -r requirements.txt',
    '```',
    ...(isTrained ? training(request) : []),
    '',
    '## Using it',
    '',
    '```python',
    ...usage(request),
    '```',
    ...(notes.length === 0 ? [] : ['', '## Notes', '', ...notes.map((note) => `- ${note}`)]),
    '',
  ].join('\n');
}

function training({ hasTrained }: ReadmeRequest): readonly string[] {
  return [
    '',
    '## Training',
    '',
    '```sh',
    'python train.py',
    'python train.py --epochs 3',
    ...(hasTrained ? ['python train.py --weights weights/trained.safetensors'] : []),
    'torchrun --nproc_per_node 2 train.py',
    '```',
    '',
    'It begins with the weights Netloom began with and takes the same batches in the same order, so without layers that draw random numbers its losses follow those there. Weights and curves are written to `runs/`: `best.safetensors`, `last.safetensors`, `curves.csv` (epochs) and `losses.csv` (every step).',
    '',
    'With `torchrun` every process takes its share of each batch; gradients are means over the whole batch, also where shares differ by a sample. The backend is NCCL with GPUs, else Gloo. Batch norm sees the share of its process, unless by `--sync-batchnorm`.',
  ];
}

function usage({ code, outputs, fields, hasTrained }: ReadmeRequest): readonly string[] {
  const weights = hasTrained ? 'trained' : 'initial';
  const scaled = fields.filter(({ normalisation }) => normalisation !== null);
  const inputs = forwardInputs(code, outputs).map((ref) => {
    const name = code.variable(ref);
    const used = scaled.find((each) => each.name === name);
    return used ? `${normaliserName(used)}(${name})` : name;
  });
  const imported = scaled
    .filter(({ name }) => inputs.some((each) => each.endsWith(`(${name})`)))
    .map(normaliserName);
  return [
    ...(imported.length === 0 ? [] : [`from data import ${imported.join(', ')}`]),
    `from model import ${code.className}`,
    'from safetensors.torch import load_file',
    '',
    `model = ${code.className}()`,
    `model.load_state_dict(load_file("weights/${weights}.safetensors"))`,
    'model.eval()',
    `${outputs.map((ref) => code.variable(ref)).join(', ')} = model(${inputs.join(', ')})`,
  ];
}
