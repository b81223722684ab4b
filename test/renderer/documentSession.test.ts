/**
 * Rule: what acts on the document in front acts on whichever that is, and whoever listens is told when
 * another one comes to the front; the one behind it stays as it is, its history too.
 */
import { expect, it, vi } from 'vitest';
import { emptyDocument } from '#engine/ir/document.ts';
import { createDocumentSession, createFrontDocument } from '#renderer/state/document.ts';
import { setObjective } from '#renderer/training/objectives.ts';
import { setTraining } from '#renderer/training/settings.ts';

const named = (name: string) => {
  const session = createDocumentSession();
  session.documents.load({ ...emptyDocument(name), id: name });
  return session;
};

it('is the one in front, and says when another one is', () => {
  const [a, b] = [named('a'), named('b')];
  const front = createFrontDocument(a);
  const told = vi.fn<(name: string) => void>();
  front.subscribe(({ document }) => told(document.name));
  front.apply([{ kind: 'setMeta', notes: 'of a' }], { label: 'Notes' });
  front.activate(b);
  expect(front.getState().document.name).toBe('b');
  // What goes on behind is nobody's business here.
  a.documents.select({ nodes: new Set(['x']) });
  front.apply([{ kind: 'setMeta', notes: 'of b' }], { label: 'Notes' });
  expect(told.mock.calls.flat()).toEqual(['a', 'b', 'b']);
  expect([a, b].map(({ documents }) => documents.getState().document.notes)).toEqual([
    'of a',
    'of b',
  ]);
  front.activate(a);
  front.undo();
  expect(front.getState().document.notes).toBe('');
  expect(b.documents.getState().past).toHaveLength(1);
});

it('is told of nothing after it stopped listening, nor twice', () => {
  const [a, b] = [named('a'), named('b')];
  const front = createFrontDocument(a);
  const told = vi.fn();
  const stop = front.subscribe(told);
  front.activate(a);
  expect(told).not.toHaveBeenCalled();
  front.activate(b);
  front.activate(a);
  a.documents.select({ nodes: new Set(['x']) });
  expect(told).toHaveBeenCalledTimes(3);
  stop();
  front.activate(b);
  expect(told).toHaveBeenCalledTimes(3);
});

it('is not touched by what is edited behind it', () => {
  const [a, b] = [named('a'), named('b')];
  const front = createFrontDocument(a);
  setTraining(b.documents, { epochs: 77 }, 'Set epochs');
  setObjective(b.documents, 0, { name: 'of b' }, 'Name objective');
  expect(front.getState().document.training.epochs).not.toBe(77);
  expect(a.documents.getState().past).toEqual([]);
  const { training } = b.documents.getState().document;
  expect([training.epochs, training.objectives[0]?.name]).toEqual([77, 'of b']);
});
