/** `netloom check`: problems, shapes, parameters, FLOPs of a project, without training it. */
import { analyse } from '#engine/check/analyse.ts';
import { formatShape } from '#engine/ir/index.ts';
import { createNodeHost } from './host.ts';
import { EXIT, print, printJson, problemLine } from './output.ts';

export async function check(path: string, options: { readonly json?: true }): Promise<number> {
  const { services } = createNodeHost();
  try {
    const opened = await services.projects.read(path);
    const analysis = analyse(opened.document);
    const problems = [...opened.problems, ...analysis.problems];
    const nodes = analysis.order.flatMap((id) => {
      const node = analysis.nodes.get(id);
      return node ? [node] : [];
    });
    if (options.json) {
      printJson({
        name: opened.document.name,
        ok: analysis.trainable,
        problems,
        parameters: analysis.parameterCount,
        flopsPerSample: analysis.flopsPerSample,
        nodes: nodes.map(({ id, type, inputs, outputs, parameterCount, flopsPerSample }) => ({
          id,
          type,
          inputs: shapes(inputs),
          outputs: shapes(outputs),
          parameters: parameterCount,
          flopsPerSample,
        })),
      });
    } else {
      for (const { id, type, outputs, parameterCount, summary } of nodes) {
        const out = Object.values(outputs).map(({ shape }) => formatShape(shape));
        const row = [id.padEnd(16), type.padEnd(18), out.join(', ').padEnd(20)];
        print([...row, String(parameterCount).padStart(10), ' ', summary].join(' '));
      }
      print(`${analysis.parameterCount} parameters, ${analysis.flopsPerSample} FLOP per sample`);
      for (const problem of problems) print(problemLine(problem));
    }
    return analysis.trainable ? EXIT.success : EXIT.input;
  } finally {
    services.close();
  }
}

function shapes(types: Readonly<Record<string, { readonly shape: readonly (number | string)[] }>>) {
  return Object.fromEntries(Object.entries(types).map(([port, { shape }]) => [port, shape]));
}
