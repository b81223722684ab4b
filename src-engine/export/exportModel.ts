/**
 * One export from end to end: the network and its weights are read, written in a format, and what was written is
 * run and compared where something here can run it. Neither files nor processes: a host gives both.
 */
import type { Backend } from '../backends/backend.ts';
import type { Analysis } from '../check/analysis.ts';
import { generatedOutput } from '../check/generated.ts';
import type { ForwardOutput } from '../compile/forward.ts';
import type { AttrSchema, AttrValues } from '../ir/attrs.ts';
import { InputError, inputError } from '../ir/problem.ts';
import { readAttrs } from '../ir/readAttrs.ts';
import type { Platform } from '../platform/platform.ts';
import { calibrate, type Calibration } from './calibrate.ts';
import type {
  ExportFormat,
  ModelContent,
  ModelFormat,
  PictureHost,
  WrittenModel,
} from './define.ts';
import { exportFormats } from './formats/index.ts';
import type { CalibrationFile } from './onnx/index.ts';
import { exportPicture } from './picture/exportPicture.ts';
import type { ExportReport, ExportRequest } from '../protocol/exportContract.ts';
import type { PlayerBundle } from './player/html.ts';
import { type ExportSource, preparedOnce, readSource, weightBytes } from './source.ts';
import { type FileRunner, verifyFile } from './verify.ts';

export interface ExportHost {
  readonly platform: Pick<Platform, 'files' | 'yieldToEventLoop'>;
  createBackend(): Promise<Backend>;
  /** Loaded when it is needed: it is large. */
  createRunner(): Promise<FileRunner>;
  /** Of pages that run models. */
  readPlayerBundle(): Promise<PlayerBundle>;
  readonly pictures: PictureHost;
}

export interface ExportedModel {
  readonly content: ModelContent;
  /** Sizes are told by who packs and writes it. */
  readonly report: Omit<ExportReport, 'sizeBytes' | 'files'>;
}

export async function exportModel(
  request: Omit<ExportRequest, 'path' | 'container'>,
  host: ExportHost,
): Promise<ExportedModel> {
  const format = formatOf(request.format);
  const { attrs: options, problems } = readAttrs(format.options, request.options);
  const [first, ...others] = problems;
  if (first) throw new InputError([first, ...others]);
  return format.kind === 'picture'
    ? exportPicture(format, options, {
        ...request,
        files: host.platform.files,
        host: host.pictures,
      })
    : exportTrained(format, options, request, host);
}

type Request = Omit<ExportRequest, 'path' | 'container'>;
type Options = AttrValues<AttrSchema>;

async function exportTrained(
  format: ModelFormat,
  options: Options,
  request: Request,
  host: ExportHost,
): Promise<ExportedModel> {
  const data = preparedOnce(request.document, {
    ...host.platform,
    ...(request.data && { data: request.data }),
  });
  const source = await readSource(request, host.platform, data);
  const { metadata, producer } = request;
  const predictions = predictionsOf(source.analysis, {
    activates: format.activates?.(options) ?? false,
    inUnits: format.answersInUnits?.(options) ?? false,
  });
  // What a generator makes of its latent source is what it is for.
  const made = generatedOutput(source.analysis, source.document);
  const outputs = [
    ...(made ? [{ name: 'generated', from: made }] : []),
    ...predictions,
    ...namedOutputs(source.analysis, request.outputs),
  ];
  const runner = onlyOnce(() => host.createRunner());
  const takesRawInputs = format.takesRawInputs?.(options) ?? true;
  const calibrateOn = async (file: CalibrationFile): Promise<Calibration> =>
    calibrate({ source, file, data, takesRawInputs, runner: await runner() });
  const write = async (some: readonly ForwardOutput[]): Promise<WrittenModel> =>
    format.write(source, options, {
      ...{ outputs: some, producer, data, calibrate: calibrateOn },
      playerBundle: () => host.readPlayerBundle(),
      metadata: { ...sourceMetadata(source), ...metadata },
    });
  const written = await write(outputs);
  const { runnable } = written;
  const verify = async () => {
    if (!runnable) return null;
    return verifyFile({
      ...{ source, file: runnable, outputs, data },
      createBackend: () => host.createBackend(),
      takesRawInputs,
      precision: format.precisionOf?.(options) ?? 'float32',
      batch: fixedBatch(runnable.inputs[0]?.shape[0]),
      async withOutputs(some) {
        const { runnable: again } = await write(some);
        if (!again) throw new Error(`${format.id} no longer writes what runs`);
        return again;
      },
      runner: format.runner ?? (await runner()),
    });
  };
  return {
    content: written,
    report: {
      format: format.id,
      weightBytes: runnable?.weightBytes ?? weightBytes(source),
      fullWeightBytes: weightBytes(source),
      inputs: runnable?.inputs ?? [],
      outputs: runnable?.outputs ?? [],
      operators: [...(runnable?.operators ?? [])]
        .map(([name, count]) => ({ name, count }))
        .sort((a, b) => b.count - a.count),
      leftOut: runnable?.leftOut ?? [],
      trained: source.trained,
      idleOptions: format.idleOptions?.(source, outputs) ?? [],
      notes: written.notes,
      picture: null,
      verification: await verify(),
    },
  };
}

function onlyOnce<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | null = null;
  return () => (made ??= make());
}

const portKey = ({ from, activatedBy }: ForwardOutput): string =>
  `${from.node}.${from.port} ${activatedBy === undefined ? '' : 'activated'}`;

const fixedBatch = (first: number | null | undefined): number | null => first ?? null;

function formatOf(id: string): ExportFormat {
  const found = exportFormats.get(id);
  if (found) return found;
  throw inputError('export.unknown-format', `There is no format "${id}".`, {
    path: 'to',
    explanation: `There are ${[...exportFormats.keys()].join(', ')}.`,
  });
}

/** Of every head: raw scores where its loss takes them, unless what they mean is asked for. */
export function predictionsOf(
  analysis: Analysis,
  { activates, inUnits }: { readonly activates: boolean; readonly inUnits: boolean },
): readonly ForwardOutput[] {
  const heads = analysis.heads.filter(({ prediction }) => prediction !== null);
  const all = heads.flatMap((head): ForwardOutput[] => {
    const { prediction: from, loss } = head;
    if (!from) return [];
    const takesScores = analysis.nodes.get(loss)?.definition?.takesScores;
    const isActivated = activates && takesScores !== undefined;
    const what = isActivated ? 'probabilities' : takesScores ? 'logits' : 'prediction';
    const name = heads.length > 1 ? `${loss}.${what}` : what;
    // What the data calls a target; a picture that is made again stays as networks see pictures.
    const isMeasured = inUnits && head.targetField?.field.role === 'target';
    return [
      {
        ...{ name, from, ...(isActivated && { activatedBy: head }) },
        ...(isMeasured && { inUnitsOf: head }),
      },
    ];
  });
  // Several losses may judge one prediction (a GAN's critic of what was made up): it is answered once.
  const once = all.filter(
    (each, i) => all.findIndex((other) => portKey(other) === portKey(each)) === i,
  );
  if (once.length > 0) return once;
  throw inputError('export.no-prediction', 'The network predicts nothing yet: no loss is wired.', {
    explanation: 'Wire what it is to answer into the prediction of a loss.',
  });
}

function namedOutputs(analysis: Analysis, names: readonly string[]): readonly ForwardOutput[] {
  return names.map((name): ForwardOutput => {
    const node =
      analysis.nodes.get(name) ?? analysis.nodes.get(name.slice(0, name.lastIndexOf('.')));
    const port = node?.id === name ? node.ports.out[0] : name.slice(name.lastIndexOf('.') + 1);
    if (!node || port === undefined || !node.ports.out.includes(port)) {
      throw inputError(
        'export.unknown-output',
        `There is no node "${name}" that gives something.`,
        {
          path: name,
        },
      );
    }
    return { name, from: { node: node.id, port } };
  });
}

/** What whoever has only the file wants to know of its inputs and classes. */
function sourceMetadata({ analysis, binding }: ExportSource): Readonly<Record<string, string>> {
  const classes = analysis.heads.flatMap(({ targetField }) => targetField?.field.classNames ?? []);
  const normalisations = [...binding].flatMap(([name, { normalisation }]) =>
    normalisation ? [[name, normalisation] as const] : [],
  );
  return {
    ...(classes.length > 0 && { classes: JSON.stringify(classes) }),
    ...(normalisations.length > 0 && {
      normalisation: JSON.stringify(Object.fromEntries(normalisations)),
    }),
  };
}
