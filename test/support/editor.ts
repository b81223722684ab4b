/**
 * The editor without a window: the real document store and operations behind short verbs, so that a test
 * reads as what a person does. `editor().add('Conv2d').connect('data1.image', 'conv1.x').undo()`.
 */
import { expect } from 'vitest';
import type { DataField, JsonValue } from '#engine/ir/attrs.ts';
import type { NetworkDocument } from '#engine/ir/document.ts';
import type { Shape } from '#engine/ir/tensor.ts';
import { createDocumentStore, type DocumentStore } from '#renderer/state/document.ts';
import { addAfter, addOnWire, newNode } from '#renderer/state/operations/add.ts';
import { copyFragment, pasteEdits } from '#renderer/state/operations/clipboard.ts';
import { removeEdits } from '#renderer/state/operations/remove.ts';

export const DIGIT_FIELDS: readonly DataField[] = [
  { name: 'image', role: 'input', dtype: 'f32', shape: [1, 28, 28] },
  { name: 'label', role: 'label', dtype: 'i32', shape: [], classes: 10 },
];

function port(text: string): { node: string; port: string } {
  const dot = text.lastIndexOf('.');
  return { node: text.slice(0, dot), port: text.slice(dot + 1) };
}

export class Editor {
  readonly store: DocumentStore;
  constructor(document?: NetworkDocument) {
    this.store = createDocumentStore(document);
  }

  get document(): NetworkDocument {
    return this.store.getState().document;
  }
  get ids(): string[] {
    return this.document.nodes.map((node) => node.id);
  }
  /** `from>to`, sorted. */
  get wires(): string[] {
    return this.document.wires
      .map(({ from, to }) => `${from.node}.${from.port}>${to.node}.${to.port}`)
      .sort();
  }
  get steps(): string[] {
    return this.store.getState().past.map((step) => step.label);
  }

  /** A Data node with an image and a label, as the digits have them. */
  data(): this {
    return this.add('Data', { fields: JSON.parse(JSON.stringify(DIGIT_FIELDS)) as JsonValue });
  }
  add(type: string, attrs: Record<string, JsonValue> = {}): this {
    const { document } = this;
    const node = newNode(document, type, { x: 224 * document.nodes.length, y: 0 }, attrs);
    this.store.apply([{ kind: 'addNode', node }], { label: `Add ${type}`, select: [node.id] });
    return this;
  }
  /** As Enter in the palette does. */
  addAfter(type: string, after: string): this {
    const { document, analysis } = this.store.getState();
    const added = addAfter(document, analysis, type, after);
    this.store.apply(added.edits, { label: `Add ${type}`, select: [added.id] });
    return this;
  }
  addOnWire(type: string, wire: string): this {
    const added = addOnWire(this.document, type, wire);
    if (!added) throw new Error(`no wire ${wire}`);
    this.store.apply(added.edits, { label: `Add ${type}`, select: [added.id] });
    return this;
  }
  connect(from: string, to: string): this {
    this.store.apply([{ kind: 'addWire', wire: { from: port(from), to: port(to) } }], {
      label: 'Connect',
    });
    return this;
  }
  set(id: string, name: string, value: JsonValue): this {
    this.store.apply([{ kind: 'setAttrs', id, attrs: { [name]: value } }], {
      label: `Set ${name}`,
    });
    return this;
  }
  /** One drag: many small moves, one step. */
  drag(id: string, ...places: readonly (readonly [number, number])[]): this {
    for (const [x, y] of places) {
      this.store.apply([{ kind: 'moveNode', id, x, y }], {
        label: 'Move',
        undo: { gesture: 'move' },
      });
    }
    this.store.endGesture();
    return this;
  }
  select(...ids: readonly string[]): this {
    this.store.select({ nodes: new Set(ids), wires: new Set() });
    return this;
  }
  delete(options: { readonly heal?: boolean } = {}): this {
    const { document, selection } = this.store.getState();
    const edits = removeEdits(document, selection, options.heal ?? true);
    this.store.apply(edits, { label: 'Delete', select: [] });
    return this;
  }
  copyPaste(options: { readonly keepIncoming?: boolean } = {}): this {
    const { document, selection } = this.store.getState();
    const fragment = copyFragment(document, selection.nodes);
    if (!fragment) throw new Error('nothing is selected');
    const pasted = pasteEdits(document, fragment, options);
    this.store.apply(pasted.edits, { label: 'Paste', select: pasted.ids });
    return this;
  }
  undo(): this {
    this.store.undo();
    return this;
  }
  redo(): this {
    this.store.redo();
    return this;
  }

  expectShape(id: string, shape: Shape): this {
    const node = this.store.getState().analysis.nodes.get(id);
    expect(node?.outputs[node.ports.out[0] ?? '']?.shape).toEqual(shape);
    return this;
  }
  expectSelected(...ids: readonly string[]): this {
    expect([...this.store.getState().selection.nodes].sort()).toEqual([...ids].sort());
    return this;
  }
}

export function editor(document?: NetworkDocument): Editor {
  return new Editor(document);
}
