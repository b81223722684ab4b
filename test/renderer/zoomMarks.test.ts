/** Rule: what the zoom changes about cards and wires is told to the canvas's root, once at each threshold. */
import { expect, test } from 'vitest';
import { ZoomMarks } from '#renderer/canvas/zoomMarks.ts';

function marked() {
  const said: string[] = [];
  const marks = new ZoomMarks({
    setAttribute: (name, value) => said.push(`${name}=${value}`),
    toggleAttribute: (name, force) => said.push(`${name}: ${force}`),
    style: { setProperty: (name, value) => said.push(`${name}=${value}`) },
  });
  const show = (zoom: number, isMoving = false): readonly string[] => {
    said.length = 0;
    marks.show(zoom, isMoving);
    return [...said];
  };
  return { show };
}

test('nothing is told between two thresholds', () => {
  const { show } = marked();
  expect(show(1)).toEqual(['data-detail=full', 'data-labels: true', '--zoom=1']);
  for (let zoom = 2.5; zoom >= 0.75; zoom -= 0.01) expect(show(zoom)).toEqual([]);
  expect(show(0.7)).toEqual(['data-detail=name', '--zoom=0.7']);
  expect(show(0.59)).toContain('data-labels: false');
  expect(show(0.48)).toEqual(['data-narrow: true', '--zoom=0.48']);
  expect(show(0.34)).toEqual(['data-detail=block', '--zoom=0.34']);
});

test('while the camera moves nothing is told until it rests', () => {
  const { show } = marked();
  show(0.7);
  expect(show(0.65, true)).toEqual([]);
  expect(show(0.48, true)).toEqual([]);
  expect(show(0.48)).toEqual(['data-labels: false', 'data-narrow: true', '--zoom=0.48']);
  // Never by nothing.
  expect(show(0.004)).toContain('--zoom=0.02');
});

test('a hand that zooms back and forth over a threshold meets it once', () => {
  const { show } = marked();
  show(0.36);
  const told: string[] = [];
  for (let i = 0; i < 400; i++) {
    told.push(...show(0.3 * 2 ** (Math.sin(i / 20) / 2), true));
  }
  expect(told).toEqual(['data-detail=block']);
  // At rest it is what the zoom says.
  expect(show(0.37)).toContain('data-detail=name');
});

test('a zoom that is set at once is no movement', () => {
  const { show } = marked();
  show(1);
  expect(show(0.7, true)).toContain('data-detail=name');
  expect(show(0.3, true)).toContain('data-detail=block');
  expect(show(0.4, true)).toContain('--zoom=0.4');
});
