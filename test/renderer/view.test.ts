import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { restoreDocumentText } from '#engine/ir/restoreDocument.ts';
import { keyCaps } from '#renderer/ui/Keys.tsx';
import { restoreView, viewSettings, viewStore } from '#renderer/state/view.ts';
import { zoomLevel } from '#renderer/canvas/zoom.ts';
import { frame } from '#renderer/canvas/frame.ts';
import { CARD, portY } from '#engine/drawing/geometry.ts';
import { WIDTHS, dockHeight } from '#renderer/docking/defaultLayout.ts';
import { EXAMPLES } from '#test/support/cli.ts';
import { editor } from '#test/support/editor.ts';

describe('the remembered view', () => {
  it('takes its defaults for whatever does not fit, field by field', () => {
    const view = restoreView({
      recentLayers: 9000,
      dockOpen: false,
      overlay: 'time',
      minimap: 'yes',
    });
    expect(view).toMatchObject({ recentLayers: [], dockOpen: false, overlay: 'activations' });
    for (const broken of [null, 'x', 3, [], undefined]) {
      expect(restoreView(broken)).toEqual(restoreView({}));
    }
  });

  it('comes back as it was written', () => {
    const written: unknown = JSON.parse(JSON.stringify(viewSettings(viewStore.getState())));
    expect(restoreView(written)).toEqual(restoreView(viewSettings(viewStore.getState())));
  });
});

describe('key caps', () => {
  it.each([
    ['$mod+Shift+z', ['Ctrl', 'Shift', 'Z']],
    ['+', ['+']],
    ['Shift++', ['Shift', '+']],
    ['$mod+ArrowLeft', ['Ctrl', '←']],
    ['{', ['{']],
  ])('%s', (keys, caps) => expect(keyCaps(keys)).toEqual(caps));
});

describe('framing', () => {
  it('shows every card, clear of the edges, and does not blow up small graphs', () => {
    const { document } = editor().data().add('ReLU').add('ReLU');
    const size = { width: 900, height: 500 };
    const view = frame(document, new Map(), size);
    if (!view) throw new Error('nothing framed');
    for (const { position } of document.nodes) {
      const left = position.x * view.zoom + view.x;
      const top = position.y * view.zoom + view.y;
      expect(left).toBeGreaterThan(0);
      expect(left + CARD.width * view.zoom).toBeLessThan(size.width);
      expect(top).toBeGreaterThan(0);
      expect(top + CARD.height * view.zoom).toBeLessThan(size.height);
    }
    const small = frame(editor().data().document, new Map(), size);
    expect(small?.zoom).toBeLessThanOrEqual(1.2);
    expect(frame(editor().document, new Map(), size)).toBeNull();
  });

  it('keeps the figures of fifteen cards in a window of 1280 by 800, with clock and tabs in it', () => {
    const text = readFileSync(join(EXAMPLES, 'digits-cnn-batchnorm.netloom.json'), 'utf8');
    const restored = restoreDocumentText(text);
    if (!restored.ok) throw new Error('the example opens');
    const { document } = restored;
    // Of the window: title, tabs, head of the canvas, training bar, clock, status.
    const height = 800 - 40 - 28 - 36 - 44 - 40 - 24 - dockHeight(800);
    const size = { width: 1280 - WIDTHS.left - WIDTHS.right, height };
    const view = frame(document, new Map(), size);
    expect(zoomLevel(view?.zoom ?? 0)).toBe('full');
    for (const { position } of document.nodes) {
      const bottom = (position.y + CARD.height) * view!.zoom + view!.y;
      expect(bottom).toBeLessThan(size.height);
      expect(position.y * view!.zoom + view!.y).toBeGreaterThanOrEqual(8);
    }
    // Where it would not do, the controls keep their room.
    const less = { ...size, height: height - 60 };
    const lower = frame(document, new Map(), less);
    const lowest = Math.max(...document.nodes.map(({ position }) => position.y)) + CARD.height;
    expect(zoomLevel(lower?.zoom ?? 0)).toBe('name');
    expect(lowest * lower!.zoom + lower!.y).toBeLessThanOrEqual(less.height - 48 + 1);
  });

  it('shows less of a card the further away it is', () => {
    expect([1, 0.75, 0.7, 0.5, 0.4, 0.35, 0.2].map(zoomLevel)).toEqual([
      'full',
      'full',
      'name',
      'name',
      'name',
      'name',
      'block',
    ]);
  });

  it('keeps ports on the card, in order and apart', () => {
    for (let count = 1; count <= 8; count++) {
      const places = Array.from({ length: count }, (_, i) => portY(i, count));
      expect(places).toEqual([...places].sort((a, b) => a - b));
      expect(Math.min(...places)).toBeGreaterThan(26);
      expect(Math.max(...places)).toBeLessThan(CARD.height);
      places.slice(1).forEach((y, i) => expect(y - (places[i] ?? 0)).toBeGreaterThanOrEqual(9));
    }
  });
});
