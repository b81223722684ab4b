/**
 * Reads the parts of a document from JSON of unknown shape. Collects every problem instead of stopping at
 * the first: errors for what no document can hold (`broken`), warnings for what was left out or set aside.
 * Serves restoreDocument alone.
 */
import type { JsonValue, RawAttrs } from './attrs.ts';
import { type DocumentNode, type NetworkDocument, type Wire, wireKey } from './document.ts';
import { isJson, isJsonObject, isObject, type JsonObject, quote } from './json.ts';
import { MAX_COORDINATE, MAX_ID, MAX_NAME, MAX_NODES, MAX_NOTES, MAX_WIRES } from './limits.ts';
import type { Problem } from './problem.ts';
import { nearest } from './readAttrs.ts';

/** A node whose place may still have to be found. */
export type UnplacedNode = Omit<DocumentNode, 'position'> & Partial<Pick<DocumentNode, 'position'>>;

/** Steps from older attribute layouts of a layer type; unknown types have none. */
export type AttrMigrations = (
  type: string,
) => readonly ((attrs: Record<string, unknown>) => Record<string, unknown>)[];

const NODE_KEYS = ['id', 'type', 'name', 'attrs', 'position', 'bypassed', 'sharesWith', 'extra'];
const SHARING_KEYS = ['node', 'transposed'];
const WIRE_KEYS = ['from', 'to'];

export class DocumentReader {
  readonly problems: Problem[] = [];
  readonly #migrations: AttrMigrations;

  constructor(migrations: AttrMigrations) {
    this.#migrations = migrations;
  }

  get broken(): boolean {
    return this.problems.some((problem) => problem.severity === 'error');
  }

  #error(code: string, path: string, message: string, more: Partial<Problem> = {}): void {
    this.problems.push({ code, severity: 'error', path, message, ...more });
  }

  #warn(code: string, path: string, message: string, more: Partial<Problem> = {}): void {
    this.problems.push({ code, severity: 'warning', path, message, ...more });
  }

  #wrong(path: string, wanted: string, value: unknown): undefined {
    if (value === undefined) {
      this.#error('document.missing', path, `${path} is missing; it must be ${wanted}.`);
    } else {
      this.#error('document.type', path, `${path} must be ${wanted}, not ${quote(value)}.`);
    }
  }

  #text(value: unknown, path: string, most: number, least = 1): string | undefined {
    const wanted = `text of ${least === 0 ? 'at most' : `${least} to`} ${most} characters`;
    if (typeof value !== 'string') return this.#wrong(path, wanted, value);
    if (value.length >= least && value.length <= most) return value;
    this.#error('document.range', path, `${path} must be ${wanted}; it has ${value.length}.`);
    return undefined;
  }

  name(value: unknown): string {
    if (value !== undefined) return this.#text(value, 'name', MAX_NAME) ?? '';
    this.#warn('document.missing', 'name', 'The document has no name.');
    return 'Untitled';
  }

  /** Both may be absent: a file gets its id when it is saved. */
  identity({ id, parent }: JsonObject): Pick<NetworkDocument, 'id' | 'parent'> {
    const known = id === undefined ? undefined : this.#text(id, 'id', MAX_ID);
    const from = parent === undefined ? undefined : this.#text(parent, 'parent', MAX_ID);
    return {
      ...(known === undefined ? {} : { id: known }),
      ...(from === undefined ? {} : { parent: from }),
    };
  }

  notes(value: unknown): string {
    return value === undefined ? '' : (this.#text(value, 'notes', MAX_NOTES, 0) ?? '');
  }

  nodes(value: unknown): readonly UnplacedNode[] {
    const firstPath = new Map<string, string>();
    return this.#list(value, 'nodes', MAX_NODES).flatMap((each, i) => {
      const path = `nodes[${i}]`;
      const node = this.#node(each, path);
      if (!node) return [];
      const first = firstPath.get(node.id);
      if (first === undefined) {
        firstPath.set(node.id, path);
        return [node];
      }
      this.#error(
        'document.duplicate-id',
        `${path}.id`,
        `${first} and ${path} have the same id, "${node.id}".`,
        {
          node: node.id,
          explanation: 'Ids name the weights and the ends of wires, so each must be unique.',
        },
      );
      return [];
    });
  }

  #list(value: unknown, path: string, most: number): readonly unknown[] {
    if (!Array.isArray(value)) {
      this.#wrong(path, 'a list', value);
      return [];
    }
    if (value.length <= most) return value;
    this.#error('document.range', path, `There are ${value.length} ${path}; at most ${most} fit.`);
    return [];
  }

  #node(value: unknown, path: string): UnplacedNode | undefined {
    if (!isObject(value)) return this.#wrong(path, 'an object', value);
    const id = this.#text(value['id'], `${path}.id`, MAX_ID);
    const type = this.#text(value['type'], `${path}.type`, MAX_ID);
    const attrs = this.#attrs(value['attrs'], type, `${path}.attrs`);
    const rest = {
      ...this.#position(value['position'], `${path}.position`),
      ...this.#nodeName(value['name'], `${path}.name`),
      ...this.#bypassed(value['bypassed'], `${path}.bypassed`),
      ...this.#sharesWith(value['sharesWith'], `${path}.sharesWith`),
      ...this.extra(value, NODE_KEYS, `${path}.`),
    };
    return id === undefined || type === undefined ? undefined : { id, type, attrs, ...rest };
  }

  /** Migrated. Whether values fit their layer is for check/ to say: a document can hold wrong ones. */
  #attrs(value: unknown, type: string | undefined, path: string): RawAttrs {
    if (value === undefined) return {};
    if (!isObject(value) || !isJsonObject(value)) {
      this.#wrong(path, 'an object of plain JSON', value);
      return {};
    }
    const steps = type === undefined ? [] : this.#migrations(type);
    const migrated = steps.reduce<Record<string, unknown>>((attrs, step) => step(attrs), value);
    // A migration that makes something else than JSON is a bug; the file's own values are the safer ones.
    return isJsonObject(migrated) ? migrated : value;
  }

  #position(value: unknown, path: string): Partial<Pick<DocumentNode, 'position'>> {
    if (value === undefined) return {};
    if (isObject(value) && isCoordinate(value['x']) && isCoordinate(value['y'])) {
      return { position: { x: value['x'], y: value['y'] } };
    }
    const wanted = `{"x": number, "y": number}, each within ±${MAX_COORDINATE}`;
    this.#wrong(path, wanted, value);
    return {};
  }

  #nodeName(value: unknown, path: string): { readonly name?: string } {
    if (value === undefined || value === '') return {};
    const name = this.#text(value, path, MAX_NAME);
    return name === undefined ? {} : { name };
  }

  #bypassed(value: unknown, path: string): { readonly bypassed?: boolean } {
    if (value === true) return { bypassed: true };
    if (value !== undefined && value !== false) this.#wrong(path, 'true or false', value);
    return {};
  }

  #sharesWith(value: unknown, path: string): Pick<DocumentNode, 'sharesWith'> {
    if (value === undefined) return {};
    if (!isObject(value)) {
      this.#wrong(path, '{"node": id, "transposed": true or false}', value);
      return {};
    }
    const node = this.#text(value['node'], `${path}.node`, MAX_ID);
    const { transposed = false } = value;
    if (typeof transposed !== 'boolean') {
      this.#wrong(`${path}.transposed`, 'true or false', transposed);
      return {};
    }
    for (const key of Object.keys(value)) {
      if (!SHARING_KEYS.includes(key)) {
        this.#unknownKey(key, SHARING_KEYS, path, 'It is left out.');
      }
    }
    return node === undefined ? {} : { sharesWith: { node, transposed } };
  }

  /** Wires that end nowhere and second wires into one input are left out: the graph can do without. */
  wires(value: unknown, nodes: readonly UnplacedNode[]): Wire[] {
    const known = new Set(nodes.map((node) => node.id));
    const taken = new Map<string, string>();
    return this.#list(value, 'wires', MAX_WIRES).flatMap((each, i) => {
      const path = `wires[${i}]`;
      const wire = this.#wire(each, path);
      if (!wire || !this.#endsExist(wire, known, path)) return [];
      const key = wireKey(wire);
      const first = taken.get(key);
      if (first === undefined) {
        taken.set(key, path);
        return [wire];
      }
      this.#warn(
        'document.double-wire',
        path,
        `${path} ends at ${key} as ${first} does; the first is kept.`,
        { ...wire.to, explanation: 'An input takes one wire.' },
      );
      return [];
    });
  }

  #wire(value: unknown, path: string): Wire | undefined {
    if (!isObject(value)) return this.#wrong(path, 'an object with from and to', value);
    const from = this.#end(value['from'], `${path}.from`);
    const to = this.#end(value['to'], `${path}.to`);
    for (const key of Object.keys(value)) {
      if (!WIRE_KEYS.includes(key)) this.#unknownKey(key, WIRE_KEYS, path, 'It is left out.');
    }
    return from && to ? { from, to } : undefined;
  }

  #end(value: unknown, path: string): Wire['from'] | undefined {
    if (!isObject(value)) return this.#wrong(path, '{"node": id, "port": name}', value);
    const node = this.#text(value['node'], `${path}.node`, MAX_ID);
    const port = this.#text(value['port'], `${path}.port`, MAX_ID);
    return node === undefined || port === undefined ? undefined : { node, port };
  }

  #endsExist(wire: Wire, known: ReadonlySet<string>, path: string): boolean {
    const missing = (['from', 'to'] as const).filter((end) => !known.has(wire[end].node));
    for (const end of missing) {
      const message = `${path} leads to "${wire[end].node}", which does not exist; it is left out.`;
      this.#warn('document.dangling-wire', `${path}.${end}.node`, message);
    }
    return missing.length === 0;
  }

  /** Keys this version does not know, to be written back as they were. */
  extra(
    value: JsonObject,
    known: readonly string[],
    prefix: string,
  ): { readonly extra?: RawAttrs } {
    const held = value['extra'];
    const kept = new Map<string, JsonValue>(
      isObject(held) && isJsonObject(held) ? Object.entries(held) : [],
    );
    for (const [key, each] of Object.entries(value)) {
      if (known.includes(key) || each === undefined) continue;
      const path = `${prefix}${key}`;
      if (!isJson(each)) this.#wrong(path, 'plain JSON', each);
      else {
        this.#unknownKey(key, known, prefix.replace(/\.$/, ''), 'It is kept in the file.');
        kept.set(key, each);
      }
    }
    return kept.size > 0 ? { extra: Object.fromEntries(kept) } : {};
  }

  #unknownKey(key: string, known: readonly string[], within: string, fate: string): void {
    const path = within === '' ? key : `${within}.${key}`;
    const meant = nearest(key, known);
    const hint = meant === undefined ? '' : ` Did you mean ${meant}?`;
    this.#warn('document.unknown-key', path, `${path} means nothing here. ${fate}${hint}`);
  }
}

const isCoordinate = (value: unknown): value is number =>
  typeof value === 'number' && Math.abs(value) <= MAX_COORDINATE;
