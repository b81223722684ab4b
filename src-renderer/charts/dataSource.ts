/** The data source a node names: by the kinds of its attributes, whatever the layer is called. */
import type { NodeAnalysis } from '#engine/check/analysis.ts';
import type { AttrSchema, JsonValue } from '#engine/ir/attrs.ts';
import { own } from '#engine/ir/record.ts';

export interface SourceReference {
  readonly source: string;
  readonly options: Readonly<Record<string, JsonValue>>;
}

export function sourceOf(node: NodeAnalysis): SourceReference | null {
  const schema: AttrSchema = node.definition?.attrs ?? {};
  let source: string | null = null;
  let options: Readonly<Record<string, JsonValue>> = {};
  for (const [name, attr] of Object.entries(schema)) {
    const value = own(node.attrs, name);
    if (attr.kind === 'source' && typeof value === 'string') source = value;
    // `attrs` holds what the schema's own kind admits.
    if (attr.kind === 'options') options = value as Readonly<Record<string, JsonValue>>;
  }
  return source === null ? null : { source, options };
}
