import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import '#renderer/commands/allCommands.ts';
import { commands, isEnabled, runCommand, viewsOf } from '#renderer/commands/registry.ts';
import { menuOf } from '#renderer/commands/menus.ts';
import type { MenuPlace } from '#renderer/canvas/canvasStore.ts';
import { showPanel } from '#renderer/docking/moves.ts';
import { documentStore } from '#renderer/state/document.ts';
import { frontViewStore } from '#renderer/state/frontView.ts';
import { editor } from '#test/support/editor.ts';
import { restoredAfter } from '../support/restoredAfter.ts';

restoredAfter(frontViewStore);

describe('commands', () => {
  it('have one meaning for each key in each view', () => {
    const all = [...commands().values()];
    const views = new Set(all.flatMap((each) => viewsOf(each) ?? []));
    for (const view of views) {
      const owners = new Map<string, string>();
      for (const command of all) {
        const own = viewsOf(command);
        if (own && !own.includes(view)) continue;
        for (const key of command.keys ?? []) {
          expect(owners.get(key), `${key} of ${command.id} in ${view}`).toBeUndefined();
          owners.set(key, command.id);
        }
      }
      expect(owners.size).toBeGreaterThan(15);
    }
  });

  it('are what the desktop menu sends', () => {
    const menu = readFileSync(new URL('../../src-main/electron/menu.ts', import.meta.url), 'utf8');
    const sent = [...menu.matchAll(/item\(\s*'[^']+',\s*'([^']+)'/g)].map(([, id]) => id ?? '');
    expect(sent.length).toBeGreaterThan(5);
    for (const id of sent) expect([...commands().keys()]).toContain(id);
  });

  it('run on the document of the window, and only when they may', async () => {
    documentStore.load(editor().data().add('Flatten').connect('data1.image', 'flat1.x').document);
    expect(await runCommand('edit.undo')).toBe(false);
    expect(await runCommand('edit.duplicate')).toBe(false);
    documentStore.select({ nodes: new Set(['flat1']) });
    expect(await runCommand('edit.duplicate')).toBe(true);
    expect(documentStore.getState().document.nodes.map(({ id }) => id)).toContain('flat2');
    // A duplicate reads what the original reads.
    expect(documentStore.getState().document.wires).toHaveLength(2);
    expect(await runCommand('edit.undo')).toBe(true);
    expect(await runCommand('no.such')).toBe(false);
  });

  it('that act on the canvas rest while another view covers it', async () => {
    documentStore.load(editor().data().add('Flatten').document);
    documentStore.select({ nodes: new Set(['flat1']) });
    frontViewStore.setState({ shown: 'other' });
    expect(await runCommand('edit.delete')).toBe(false);
    expect(await runCommand('graph.layout')).toBe(false);
    expect(isEnabled(commands().get('view.theme')!)).toBe(true);
    expect(documentStore.getState().document.nodes).toHaveLength(2);
    frontViewStore.setState({ shown: 'design' });
    expect(await runCommand('edit.delete')).toBe(true);
    expect(documentStore.getState().document.nodes).toHaveLength(1);
  });

  it('that show a panel go to the view it is in', async () => {
    frontViewStore.setState({ id: 'other', shown: 'other' });
    showPanel('log');
    expect(frontViewStore.getState().id).toBe('design');
    frontViewStore.setState({ id: null, shown: null });
  });

  it('offer each thing on the canvas a menu of what can be done with it', () => {
    const ids = (place: MenuPlace) =>
      menuOf(place).flatMap((entry) => (entry.kind === 'item' ? [entry.id] : []));
    expect(ids('node')).toEqual(expect.arrayContaining(['graph.inspect', 'edit.delete']));
    expect(ids('node')).not.toContain('view.fit');
    expect(ids('wire')).toContain('edit.deleteCut');
    expect(ids('wire')).not.toContain('edit.copy');
    expect(ids('canvas')).toEqual(expect.arrayContaining(['edit.paste', 'graph.layout']));
    expect(ids('canvas')).not.toContain('edit.delete');
    for (const place of ['node', 'wire', 'canvas'] as const) {
      expect(menuOf(place).filter(({ kind }) => kind === 'item').length).toBeLessThan(13);
    }
  });
});
