/**
 * Rules of the page's registries: a view, a dialog, an exporter is one file, found by its name, and is in the
 * title bar, the palette and the menus by itself.
 */
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { emptyDocument } from '#engine/ir/document.ts';
import { defineView, type ViewDefinition } from '#renderer/app/defineView.ts';
import { dialogs, dialogsOf } from '#renderer/app/dialogs.ts';
import { viewCommands } from '#renderer/app/views.commands.ts';
import { offeredViews, viewInFront, views, viewsOf } from '#renderer/app/views.ts';
import { ViewSwitch } from '#renderer/app/ViewSwitch.tsx';
import '#renderer/commands/allCommands.ts';
import { commands } from '#renderer/commands/registry.ts';
import { documentStore } from '#renderer/state/document.ts';
import { frontViewStore, showView } from '#renderer/state/frontView.ts';
import { runStore } from '#renderer/state/runs.ts';
import {
  exportCommandId,
  exportCommandIds,
  exporters,
  exportersOf,
  fileNameOf,
} from '#renderer/export/exporters.ts';
import { exportCommands } from '#renderer/export/exporters.commands.ts';
import { defineExporter } from '#renderer/export/defineExporter.ts';
import { restoredAfter } from '../support/restoredAfter.ts';

restoredAfter(frontViewStore);

const facts = () => ({ runs: runStore.getState(), document: documentStore.getState() });
const [design] = views;
if (!design) throw new Error('there is no view');

const extra = (more: Partial<ViewDefinition> = {}): ViewDefinition =>
  defineView({
    id: 'runs',
    label: 'Runs',
    icon: 'grid',
    order: 20,
    Component: () => null,
    ...more,
  });
const withExtra = (more: Partial<ViewDefinition> = {}): readonly ViewDefinition[] =>
  viewsOf({
    '../runs/runs.view.tsx': { default: extra(more) },
    '../app/design.view.tsx': { default: design },
  });
const switchOf = (all: readonly ViewDefinition[]): string =>
  renderToStaticMarkup(<ViewSwitch all={all} />);

describe('views', () => {
  it('are found, each with what is shown of it', () => {
    expect(design.id).toBe('design');
    const shortcuts = views.flatMap(({ shortcut }) => shortcut ?? []);
    expect(new Set(shortcuts).size).toBe(shortcuts.length);
    for (const view of views) {
      expect(view.label).toMatch(/^[A-Z]/);
      expect(commands().get(`view.goto.${view.id}`)?.title).toBe(`Go to ${view.label}`);
    }
  });
  it('have no switch while there is one', () => {
    expect(switchOf([design])).toBe('');
    const [command] = viewCommands([design]);
    expect(command?.when?.()).toBe(false);
  });
  it('have a switch, in their order, from the second file on', () => {
    const html = switchOf(withExtra());
    expect(html).toMatch(/aria-label="Views".*Design.*Runs/);
    expect(html.match(/aria-current="page"/g)).toHaveLength(1);
    const go = viewCommands(withExtra()).find(({ id }) => id === 'view.goto.runs');
    expect(go?.when?.()).toBe(true);
    void go?.run();
    expect(frontViewStore.getState().id).toBe('runs');
    expect(switchOf(withExtra())).toMatch(/aria-current="page"[^]*Runs/);
    showView('design');
  });
  it('are left out while they are of no use, and what was in front gives way', () => {
    documentStore.load(emptyDocument('new'));
    const all = withExtra({ when: ({ document }) => document.document.nodes.length > 0 });
    expect(switchOf(all)).toBe('');
    expect(viewInFront('runs', offeredViews(facts(), all))).toBe(design);
    expect(viewInFront('gone', withExtra())).toBe(design);
  });
  it('are called as their file', () => {
    expect(() => viewsOf({ '../runs/list.view.tsx': { default: extra() } })).toThrow(
      'its file must be runs.view.tsx',
    );
  });
});

describe('dialogs', () => {
  it('are found, and those with a command are opened by it', () => {
    expect([...dialogs.keys()]).toEqual(
      expect.arrayContaining(['palette', 'keys', 'examples', 'open', 'saveAs', 'export']),
    );
    for (const { command } of dialogs.values()) {
      if (command) expect(commands().get(command.id)?.title).toBe(command.title);
    }
  });
  it('are one of a name', () => {
    const { Component } = dialogs.get('keys')!;
    const twice = { default: { id: 'keys', Component } };
    expect(() =>
      dialogsOf({ '../a/keys.dialog.tsx': twice, '../b/keys.dialog.tsx': twice }),
    ).toThrow('two files define the dialog keys');
  });
});

describe('exporters', () => {
  it('are found, each with formats and commands of its own', () => {
    expect([...exporters.keys()]).toEqual(expect.arrayContaining(['project', 'curves']));
    const ids = exportCommandIds(exporters);
    expect(new Set(ids).size).toBe(ids.length);
    for (const exporter of exporters.values()) {
      expect(exporter.label).not.toBe('');
      expect(exporter.about).toMatch(/^[A-Z].*[^.]$/);
      for (const format of exporter.formats) {
        expect(commands().has(exportCommandId(exporter, format))).toBe(true);
      }
    }
  });
  it('say why there is nothing to export, and their commands rest', () => {
    const curves = exporters.get('curves');
    expect(curves?.missing?.()).toMatch(/train this network first/);
    expect(commands().get('export.curves.csv')?.when?.()).toBe(false);
    expect(commands().get('export.project.netloom.json')?.when?.()).toBe(true);
  });
  it('are in the palette with their file', () => {
    const onnx = defineExporter({
      id: 'onnx',
      label: 'the model',
      about: 'Runs anywhere',
      icon: 'file',
      order: 20,
      formats: [{ extension: 'onnx', label: 'ONNX' }],
      fileName: () => 'a/b: c',
      make: () => new Blob(),
    });
    const all = exportersOf({ '../export/onnx.exporter.ts': { default: onnx } });
    expect(exportCommands(all).map(({ title }) => title)).toEqual(['Export the model as ONNX']);
    expect(fileNameOf(onnx.fileName(), onnx.formats[0])).toBe('a-b- c.onnx');
  });
  it('write the project as it is', async () => {
    documentStore.load({ ...emptyDocument('mine'), id: 'x' });
    const project = exporters.get('project')!;
    const text = await (await project.make(project.formats[0])).text();
    expect(JSON.parse(text)).toMatchObject({ name: 'mine', id: 'x' });
    expect(project.fileName()).toBe('mine');
  });
});
