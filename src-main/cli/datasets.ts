/** `netloom datasets`: the data sources there are, what they can be set to, and what one of them holds. */
import { datasets as registry } from '#engine/datasets/index.ts';
import { withDataHost } from './host.ts';
import { EXIT, print, printJson } from './output.ts';
import { guessWarning, reportLines } from './tableReport.ts';
import { type DataArguments, sourceRequest } from './withData.ts';
import { formatInteger } from '#engine/ir/numberText.ts';

export function datasets(options: { readonly json?: true }): number {
  const all = [...registry.values()];
  if (options.json) {
    printJson(
      all.map(({ id, label, doc, group, path, options: schema }) => ({
        id,
        label,
        doc,
        group,
        ...(path === undefined ? {} : { path }),
        options: schema,
      })),
    );
    return EXIT.success;
  }
  for (const { id, path, doc, options: schema } of all) {
    print(`${path === undefined ? id : `${id}:${path.toUpperCase()}`}`);
    print(`  ${doc}`);
    for (const [name, attr] of Object.entries(schema)) {
      print(`  ${name.padEnd(12)} ${attr.help} Default: ${JSON.stringify(attr.default)}.`);
    }
  }
  return EXIT.success;
}

export interface DatasetOptions extends Omit<DataArguments, 'data' | 'allow'> {
  readonly json?: true;
}

/** Reads one source. */
export async function dataset(source: string, options: DatasetOptions): Promise<number> {
  const { preview: _, ...description } = await withDataHost(({ dataReader }) =>
    dataReader.describe({ ...sourceRequest(source, options), previewCount: 0 }),
  );
  if (options.json) {
    printJson(description);
    return EXIT.success;
  }
  const { label, counts, fields } = description;
  const test = counts.test === null ? '' : `, ${formatInteger(counts.test)} of them for testing`;
  print(`${label}: ${formatInteger(counts.total)} samples${test}`);
  for (const { name, role, dtype, shape, classes } of fields) {
    const size = shape.length === 0 ? 'one number' : shape.join('x');
    const kinds = classes === undefined ? '' : `, ${formatInteger(classes)} classes`;
    print(`  ${name.padEnd(12)} ${role.padEnd(8)} ${dtype} ${size}${kinds}`);
  }
  for (const line of reportLines({ ...description, preview: [] })) print(line);
  const warning = guessWarning({ ...description, preview: [] });
  if (warning !== null) print(warning);
  return EXIT.success;
}
