/** `netloom check`: problems, shapes, parameters, FLOPs and memory of a project, without training it. */
import { analyse } from '#engine/check/analyse.ts';
import type { Analysis, NodeAnalysis } from '#engine/check/analysis.ts';
import { describeData } from '#engine/datasets/index.ts';
import { formatShape, InputError, type Problem, type TensorType } from '#engine/ir/index.ts';
import { createNodePlatform } from '#engine/platform/node.ts';
import { readProject } from '../services/projects.ts';
import { memoryOf } from './memory.ts';
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
  const { files } = createNodePlatform();
  const document = await withData(opened.document, undefined, (source, sourceOptions) =>
    describeData(source, sourceOptions, files, 0),
  );
  const analysis = analyse(document);
  const problems = [...opened.problems, ...analysis.problems];
  const memory = memoryOf(document, analysis);
  if (json) {
    printJson({
      name: document.name,
      ok: analysis.trainable,
      problems,
      parameters: analysis.parameterCount,
      flopsPerSample: analysis.flopsPerSample,
      memory,
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
    if (memory) {
      const { weightBytes, trainingBytes, workBytes, batchSize } = memory;
      print(
        `memory: weights ${mib(weightBytes)}, training ${mib(trainingBytes)}, a step of ${batchSize} ${mib(workBytes)}`,
      );
    }
    printProblems(problems);
  }
  return analysis.trainable ? EXIT.success : EXIT.input;
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
