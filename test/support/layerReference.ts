/** resources/docs/layers.md, written from the registry: what each layer is, takes, gives and can be set to. */
import type { Attr, AttrSchema } from '#engine/ir/attrs.ts';
import { defaultAttrs } from '#engine/ir/attrs.ts';
import { attrLabel } from '#engine/ir/readAttrs.ts';
import { LAYER_CATEGORIES, type LayerDefinition } from '#engine/layers/define.ts';
import { layers } from '#engine/layers/index.ts';

const HEAD = `# Layers

Made from the registry by \`npx vitest run test/static/layerReference.test.ts\`, which the tests do by themselves. Names and meanings are PyTorch's where it has the layer. \`N\` is the batch.
`;

export function layerReference(): string {
  const sections = LAYER_CATEGORIES.map((category) => {
    const own = [...layers.values()].filter((each) => each.category === category);
    return [`## ${category}`, ...own.map(section)].join('\n\n');
  });
  return `${[HEAD.trimEnd(), ...sections].join('\n\n')}\n`;
}

function section(definition: LayerDefinition): string {
  const { type, label, doc, formula, differsInTraining, attrs } = definition;
  const ports = definition.ports(defaultAttrs(attrs));
  const shown = Object.entries(attrs).filter(([, attr]) => attr.hidden !== true);
  const facts = [
    label === type ? null : `Shown as “${label}”.`,
    ports.in.length > 0 ? `Inputs: ${code(ports.in)}.` : 'No inputs.',
    ports.out.length > 0 ? `Outputs: ${code(ports.out)}.` : 'Outputs: one for each field.',
    differsInTraining === undefined
      ? null
      : differsInTraining === true
        ? 'Acts differently in training and in evaluation.'
        : 'May act differently in training and in evaluation.',
  ].filter((fact) => fact !== null);
  return [
    `### ${type}`,
    doc,
    ...(formula === undefined ? [] : [`$$${formula}$$`]),
    facts.join(' '),
    ...(shown.length > 0 ? [attributeTable(Object.fromEntries(shown))] : []),
  ].join('\n\n');
}

const code = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');

function attributeTable(attrs: AttrSchema): string {
  const rows = Object.entries(attrs).map(
    ([name, attr]) =>
      `| \`${name}\` | ${attrLabel(name, attr)} | ${valuesOf(attr)} | \`${JSON.stringify(attr.default)}\` | ${attr.help} |`,
  );
  return [
    '| Attribute | Shown as | Values | Default | |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}

function valuesOf(attr: Attr): string {
  switch (attr.kind) {
    case 'int':
      return `whole number${range(attr)}`;
    case 'number':
      return `number${range(attr)}`;
    case 'bool':
      return 'true, false';
    case 'choice':
      return attr.options.map((option) => `\`${option}\``).join(', ');
    case 'pair':
      return `\`[height, width]\`${range(attr)}`;
    case 'shape':
      return 'list of sizes';
    case 'numbers':
      return `list of numbers${range(attr)}`;
    case 'text':
      return 'text';
    case 'source':
      return 'data source';
    case 'options':
      return 'object; the source knows which';
    case 'fields':
      return 'data fields';
    case 'names':
      return 'list of names';
    case 'steps':
      return `list of steps, done in their order: ${Object.keys(attr.steps).join(', ')}`;
    default:
      return attr satisfies never;
  }
}

function range({ min, max }: { readonly min?: number; readonly max?: number }): string {
  if (min !== undefined && max !== undefined) return `, ${min} to ${max}`;
  if (min !== undefined) return `, at least ${min}`;
  return max === undefined ? '' : `, at most ${max}`;
}
