/** `netloom datasets`: the data sources there are and what they can be set to. */
import { datasets as registry } from '#engine/datasets/index.ts';
import { EXIT, print, printJson } from './output.ts';

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
