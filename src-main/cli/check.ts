/** `netloom check`: problems, shapes, parameters, FLOPs and memory of a project, without training it. */
import type { Analysis, NodeAnalysis } from '#engine/check/analysis.ts';
import {
  formatShape,
  InputError,
  type Problem,
  type Severity,
  type TensorType,
} from '#engine/ir/index.ts';
import { RemoteError } from '#engine/protocol/index.ts';
import { readProject } from '../services/projects.ts';
import { withDataHost } from './host.ts';
import { checked } from './checked.ts';
import type { MemoryReport } from './memory.ts';
import { EXIT, known, print, printJson, problemLine } from './output.ts';
import { guessWarning, reportLines, reportOf } from './tableReport.ts';
import { type DataArguments, withData } from './withData.ts';
import { formatInteger } from '#engine/ir/numberText.ts';

export interface CheckOptions extends DataArguments {
  readonly json?: true;
}

export async function check(path: string, options: CheckOptions): Promise<number> {
  try {
    return await report(path, options);
  } catch (error) {
    // With --json there is one object in any case: this one says why there is nothing to tell.
    const isInput = error instanceof InputError || error instanceof RemoteError;
    if (!isInput || error.problems.length === 0 || !options.json) throw error;
    printJson({ ok: false, problems: error.problems });
    return EXIT.input;
  }
}

async function report(path: string, options: CheckOptions): Promise<number> {
  const opened = await readProject(path);
  const unreadable: Problem[] = [];
  const { document, described, changes } = await withDataHost((host) =>
    withData(opened.document, path, options, host, (error, node) =>
      unreadable.push(
        ...error.problems.map((each) => ({ ...each, severity: severityOf(each), node })),
      ),
    ),
  );
  const { analysis, memory } = await checked(document, described);
  const notes = [...described.values()].flatMap((each) => each.notes ?? []);
  const problems = [
    ...opened.problems,
    ...analysis.problems,
    ...unreadable,
    ...(memory?.problem ? [memory.problem] : []),
  ];
  const ok =
    analysis.trainable &&
    memory?.problem?.severity !== 'error' &&
    unreadable.every(({ severity }) => severity !== 'error');
  if (options.json) {
    printJson({
      name: document.name,
      ok,
      problems,
      parameters: analysis.parameterCount,
      flopsPerSample: analysis.flopsPerSample,
      memory: memory?.report ?? null,
      ...(notes.length > 0 ? { notes } : {}),
      ...(described.size > 0 ? { data: [...described.values()].map(reportOf)[0] } : {}),
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
    print(
      `${formatInteger(analysis.parameterCount)} parameters, ${formatInteger(analysis.flopsPerSample)} FLOP per sample`,
    );
    if (memory) print(memoryLine(memory.report));
    for (const description of described.values()) {
      for (const line of reportLines(description)) print(line);
      const warning = guessWarning(description);
      if (warning !== null) print(warning);
    }
    for (const change of changes) print(change);
    printProblems(problems);
    for (const line of known(problems)) print(line);
  }
  return ok ? EXIT.success : EXIT.input;
}

/** A file that is not there now is no fault of a network whose fields are known; one that may not be read is. */
function severityOf({ code }: Problem): Severity {
  return code === 'data.needs-consent' || code === 'data.network-path' ? 'error' : 'warning';
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
