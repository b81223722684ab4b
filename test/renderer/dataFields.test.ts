import { describe, expect, it } from 'vitest';
import { type DataField, plainFields } from '#engine/ir/attrs.ts';
import { createDataFields } from '#renderer/state/dataFields.ts';
import { createDataSources } from '#renderer/state/dataSources.ts';
import {
  createDocumentSession,
  createDocumentStore,
  createFrontDocument,
} from '#renderer/state/document.ts';
import { newNode } from '#renderer/state/operations/add.ts';
import { DIGIT_FIELDS, editor } from '#test/support/editor.ts';
import { settled } from '../support/settled.ts';

const POINTS: readonly DataField[] = [
  { name: 'features', role: 'input', dtype: 'f32', shape: [2] },
  { name: 'label', role: 'label', dtype: 'i32', shape: [], classes: 2 },
];

/** Answers what it is asked for when told to, so that answers can come late. */
function library() {
  const asked: {
    source: string;
    answer: (fields: readonly DataField[]) => Promise<void>;
    fail: () => Promise<void>;
  }[] = [];
  const call = ((_method: string, { source }: { source: string }) =>
    new Promise((resolve, reject) => {
      asked.push({
        source,
        answer: (fields) => (resolve({ fields }), settled()),
        fail: () => (reject(new Error(`no ${source}`)), settled()),
      });
    })) as never;
  return { asked, client: { call } };
}

describe('fields of data sources', () => {
  it('are read for a new Data node, without a step of their own', async () => {
    const { asked, client } = library();
    const edited = editor();
    createDataFields(createDataSources(client, edited.store, 'w'), edited.store).start();
    edited.add('Data');
    expect(asked.map(({ source }) => source)).toEqual(['digits']);
    await asked[0]?.answer(DIGIT_FIELDS);
    edited.expectShape('data1', ['N', 1, 28, 28]);
    expect(edited.steps).toEqual(['Add Data']);
  });

  it('are not read again for a document that brings them along', () => {
    const { asked, client } = library();
    const edited = editor(editor().data().document);
    createDataFields(createDataSources(client, edited.store, 'w'), edited.store).start();
    edited.add('ReLU');
    expect(asked).toEqual([]);
  });

  it('of a target of several numbers learn the labels it is of, and nothing else', async () => {
    const features: DataField = { name: 'features', role: 'input', dtype: 'f32', shape: [2] };
    const target: DataField = { name: 'target', role: 'target', dtype: 'f32', shape: [2] };
    const labelled: DataField = { ...target, labels: ['red', 'round'] };
    const open = () => {
      const { asked, client } = library();
      const edited = editor(
        editor().add('Data', { fields: plainFields([features, target]) }).document,
      );
      createDataFields(createDataSources(client, edited.store, 'w'), edited.store).start();
      const fields = () => edited.document.nodes[0]?.attrs['fields'];
      return { asked, edited, fields };
    };
    const older = open();
    await older.asked[0]?.answer([features, labelled, { ...features, name: 'more' }]);
    expect(older.fields()).toEqual([features, labelled]);
    expect(older.edited.steps).toEqual([]);
    const changed = open();
    await changed.asked[0]?.answer([{ ...features, shape: [3] }, labelled]);
    expect(changed.fields()).toEqual([features, target]);
    const gone = open();
    await gone.asked[0]?.fail();
    expect(gone.fields()).toEqual([features, target]);
    expect(gone.asked).toHaveLength(1);
  });

  it('follow the source, and an answer that comes too late is dropped', async () => {
    const { asked, client } = library();
    const edited = editor();
    createDataFields(createDataSources(client, edited.store, 'w'), edited.store).start();
    edited.add('Data').set('data1', 'source', 'moons');
    expect(asked.map(({ source }) => source)).toEqual(['digits', 'moons']);
    await asked[1]?.answer(POINTS);
    await asked[0]?.answer(DIGIT_FIELDS);
    edited.expectShape('data1', ['N', 2]);
    edited.undo();
    expect(asked[2]?.source).toBe('digits');
  });

  it('say why a source cannot be read, until it can', async () => {
    const { asked, client } = library();
    const edited = editor();
    const fields = createDataFields(createDataSources(client, edited.store, 'w'), edited.store);
    fields.start();
    edited.add('Data', { source: 'csv:/nowhere' });
    await asked[0]?.fail();
    expect(fields.store.getState().failures).toEqual({
      data1: { code: 'data.unreadable', severity: 'error', message: 'no csv:/nowhere' },
    });
    edited.set('data1', 'source', 'moons');
    await asked[1]?.answer(POINTS);
    expect(fields.store.getState().failures).toEqual({});
    expect(fields.store.getState().reading.size).toBe(0);
  });

  it('are of one document: another one in front has failures of its own', async () => {
    const { asked, client } = library();
    const sessionOf = () => createDocumentSession(createDocumentStore());
    const [a, b] = [sessionOf(), sessionOf()];
    const front = createFrontDocument(a);
    const fields = createDataFields(createDataSources(client, front, 'w'), front);
    fields.start();
    const add = (source: string) => {
      const node = newNode(front.getState().document, 'Data', { x: 0, y: 0 }, { source });
      front.apply([{ kind: 'addNode', node }], { label: 'Add' });
    };
    add('csv:/nowhere');
    await asked[0]?.fail();
    expect(Object.keys(fields.store.getState().failures)).toEqual(['data1']);
    front.activate(b);
    expect(fields.store.getState().failures).toEqual({});
    add('moons');
    front.activate(a);
    expect(Object.keys(fields.store.getState().failures)).toEqual(['data1']);
    // An answer for the one behind is not for this one; it is asked for again when that is back.
    await asked[1]?.answer(POINTS);
    expect(Object.keys(fields.store.getState().failures)).toEqual(['data1']);
    front.activate(b);
    await asked[2]?.answer(POINTS);
    expect(asked.map(({ source }) => source)).toEqual(['csv:/nowhere', 'moons', 'moons']);
    expect(b.documents.getState().analysis.nodes.get('data1')?.ports.out).toEqual([
      'features',
      'label',
    ]);
  });
});
