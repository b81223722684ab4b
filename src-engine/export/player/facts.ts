/** What a page says of its model beside running it: what of a model card fits in a few lines. */
import { formatInteger } from '#engine/runs/numberText.ts';
import type { WriteContext } from '../define.ts';
import type { ExportSource } from '../source.ts';
import type { PlayerModel } from './model.ts';

export function factsOf(
  { document, analysis, trained }: ExportSource,
  metadata: WriteContext['metadata'],
  producer: WriteContext['producer'],
): PlayerModel['facts'] {
  const parameters = [...analysis.nodes.values()].reduce(
    (sum, { parameterCount }) => sum + parameterCount,
    0,
  );
  const { run, name, step, weights, metrics, trainedAt } = metadata;
  const told = (fact: string, value: string | undefined): PlayerModel['facts'] =>
    value === undefined || value === '' ? [] : [[fact, value]];
  return [
    ...told('Data', sourcesOf(document)),
    ...(trained ? [] : told('Training', 'none yet: these are initial weights')),
    ...told('Measured', metrics),
    ...(run === undefined
      ? []
      : told(
          'Run',
          `${name ?? run}, ${weights ?? ''} weights, step ${formatInteger(Number(step))}`,
        )),
    ...told('Trained', trainedAt?.slice(0, 10)),
    ...told('Parameters', formatInteger(parameters)),
    ...told('Made with', `${producer.name} ${producer.version}`),
  ];
}

/** Of files their names alone: where they lie on a disk is nobody else's business. */
function sourcesOf({ nodes }: ExportSource['document']): string {
  const sources = nodes.flatMap(({ attrs }) =>
    typeof attrs['source'] === 'string' && Array.isArray(attrs['fields']) ? [attrs['source']] : [],
  );
  return [...new Set(sources)]
    .map((source) => source.replace(/^(\w+:)?.*[\\/]([^\\/]+)[\\/]?$/, '$1$2').replace(/^\w+:/, ''))
    .join(', ');
}
