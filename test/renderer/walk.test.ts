import { describe, expect, it } from 'vitest';
import { stepInOrder, walk, type Heading } from '#renderer/state/operations/walk.ts';
import { editor, type Editor } from '#test/support/editor.ts';

/** data1 -> (fc1 above, fc2 below) -> add1 -> loss1, and a Tanh that is wired to nothing. */
function branches(): Editor {
  return editor()
    .data()
    .add('Linear')
    .add('Linear')
    .add('Add')
    .add('CrossEntropyLoss')
    .add('Tanh')
    .connect('data1.image', 'fc1.x')
    .connect('data1.image', 'fc2.x')
    .connect('fc1.y', 'add1.a')
    .connect('fc2.y', 'add1.b')
    .connect('add1.y', 'loss1.prediction')
    .connect('data1.label', 'loss1.target')
    .drag('data1', [0, 0])
    .drag('fc1', [224, 0])
    .drag('fc2', [224, 192])
    .drag('add1', [448, 0])
    .drag('loss1', [672, 0])
    .drag('tanh1', [672, 384]);
}

function path(of: Editor, from: string, ...headings: readonly Heading[]): (string | null)[] {
  const { document, analysis } = of.store.getState();
  let at: string | null = from;
  return headings.map((heading) => (at = walk(document, analysis, at ?? '', heading)));
}

describe('walking with arrow keys', () => {
  it('follows the wires both ways, on the level where there are several', () => {
    const graph = branches();
    expect(path(graph, 'data1', 'right', 'right', 'right')).toEqual(['fc1', 'add1', 'loss1']);
    expect(path(graph, 'loss1', 'left', 'left', 'left')).toEqual(['add1', 'fc1', 'data1']);
  });

  it('goes up and down between branches', () => {
    expect(path(branches(), 'fc1', 'down', 'right')).toEqual(['fc2', 'add1']);
    expect(path(branches(), 'fc2', 'up')).toEqual(['fc1']);
  });

  it('goes to the nearest card where no wire leads', () => {
    expect(path(branches(), 'loss1', 'down', 'up')).toEqual(['tanh1', 'loss1']);
    expect(path(branches(), 'data1', 'left')).toEqual([null]);
  });

  it('follows a wire that runs backwards, as rows of a long graph do', () => {
    const rows = branches().drag('add1', [0, 192]);
    expect(path(rows, 'fc1', 'right', 'left')).toEqual(['add1', 'fc2']);
  });

  it('begins at the first node when the card is gone', () => {
    expect(path(branches(), 'gone', 'down')).toEqual(['data1']);
    expect(path(editor(), 'gone', 'down')).toEqual([null]);
  });
});

describe('stepping through the layers', () => {
  it('reaches every node, also those without wires, and stays at the ends', () => {
    const { document, analysis } = branches().store.getState();
    const seen: string[] = [];
    for (let at = stepInOrder(document, analysis, null, 1); at !== null && !seen.includes(at);) {
      seen.push(at);
      at = stepInOrder(document, analysis, at, 1);
    }
    expect(seen.toSorted()).toEqual(document.nodes.map(({ id }) => id).toSorted());
    expect(stepInOrder(document, analysis, seen[0] ?? null, -1)).toBe(seen[0]);
  });
});
