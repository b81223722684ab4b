/** `netloom check`: problems, shapes, parameters, FLOPs and memory of a project, without training it. */
import { analyse } from '#engine/check/analyse.ts';
import type { Analysis, NodeAnalysis } from '#engine/check/analysis.ts';
import { describeData, type SourceOptions } from '#engine/datasets/index.ts';
import { formatShape, InputError, type Problem, type TensorType } from '#engine/ir/index.ts';
import { createNodePlatform } from '#engine/platform/node.ts';
import type { DataDescription } from '#engine/protocol/index.ts';
import { readProject } from '../services/projects.ts';
import { memoryOf, type MemoryReport } from './memory.ts';
import { EXIT, print, printJson, problemLine } from './output.ts';
import { withData } from './withData.ts';

export async function check(path: string, options: { readonly json?: true }): Promise<number> {
  try {
    return await report(path, options.json === true);
  } catch (error) {
    // With --json there is one object in any case: this one says why there is nothing to tell.
    if (!(error instanceof InputError) || !options.json) throw error;
    printJson({ ok: false, problems: error.problems });
    return EXIT.input;
  }
}

async function report(path: string, json: boolean): Promise<number> {
  const opened = await readProject(path);
  const platform = createNodePlatform();
  const described = new Map<string, DataDescription>();
  const describe = async (source: string, sourceOptions: SourceOptions) => {
    const description = await describeData(source, sourceOptions, platform.files, 0);
    described.set(source, description);
    return description;
  };
  const document = await withData(opened.document, undefined, describe);
  const analysis = analyse(document);
  const memory = memoryOf(document, analysis);
  const unreadable = await readFiles(analysis, described, describe);
  const notes = [...described.values()].flatMap((each) => each.notes ?? []);
  const problems = [
    ...opened.problems,
    ...analysis.problems,
    ...unreadable,
    ...(memory?.problem ? [memory.problem] : []),
  ];
  const ok = analysis.trainable && memory?.problem?.severity !== 'error';
  if (json) {
    printJson({
      name: document.name,
      ok,
      problems,
      parameters: analysis.parameterCount,
      flopsPerSample: analysis.flopsPerSample,
      memory: memory?.report ?? null,
      ...(notes.length > 0 ? { notes } : {}),
      nodes: nodesOf(analysis).map((node) => ({
        id: node.id,
        type: node.type,
        inputs: shapes(node.inputs),
        outputs: shapes(node.outputs),
        parameters: node.parameterCount,
        flopsPerSample: node.flopsPerSample,
      })),
    });
  } else {
    printTable(nodesOf(analysis));
    print(`${analysis.parameterCount} parameters, ${analysis.flopsPerSample} FLOP per sample`);
    if (memory) print(memoryLine(memory.report));
    for (const text of notes) print(`note: ${text}`);
    printProblems(problems);
  }
  return ok ? EXIT.success : EXIT.input;
}

/**
 * Files are read even where their fields are known: for what the reader has to say of them, and to warn
 * where they are not there. Generated data has nothing to say and takes longer.
 */
async function readFiles(
  analysis: Analysis,
  described: ReadonlyMap<string, DataDescription>,
  describe: (source: string, options: SourceOptions) => Promise<DataDescription>,
): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  for (const id of analysis.dataNodes) {
    // Kinds as the layer declares them.
    const { source, options } = (analysis.nodes.get(id)?.attrs ?? {}) as {
      readonly source?: string;
      readonly options?: SourceOptions;
    };
    if (source?.includes(':') !== true || described.has(source)) continue;
    try {
      await describe(source, options ?? {});
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      problems.push(
        ...error.problems.map((each) => ({ ...each, severity: 'warning' as const, node: id })),
      );
    }
  }
  return problems;
}

function memoryLine(memory: MemoryReport): string {
  const parts = [
    `parameters ${mib(memory.parameterBytes)}`,
    `gradients ${mib(memory.gradientBytes)}`,
    `optimiser ${mib(memory.optimizerBytes)}`,
    `activations of ${memory.batchSize} samples at their peak ${mib(memory.activationBytes)}`,
  ];
  return `memory ${mib(memory.totalBytes)} and the data: ${parts.join(', ')}`;
}

function nodesOf(analysis: Analysis): readonly NodeAnalysis[] {
  return analysis.order.flatMap((id) => {
    const node = analysis.nodes.get(id);
    return node ? [node] : [];
  });
}

function printTable(nodes: readonly NodeAnalysis[]): void {
  for (const { id, type, outputs, parameterCount, summary } of nodes) {
    const out = Object.values(outputs).map(({ shape }) => formatShape(shape));
    const row = [id.padEnd(16), type.padEnd(18), out.join(', ').padEnd(20)];
    print([...row, String(parameterCount).padStart(10), ' ', summary].join(' ').trimEnd());
  }
}

function printProblems(problems: readonly Problem[]): void {
  for (const problem of problems) print(problemLine(problem));
}

function mib(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}

function shapes(types: Readonly<Record<string, TensorType>>) {
  return Object.fromEntries(Object.entries(types).map(([port, { shape }]) => [port, shape]));
}
