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

test('text of a constant size waits until the camera rests, but for the first of another level', () => {
  const { show } = marked();
  show(1);
  expect(show(0.7, true)).toContain('--zoom=0.7');
  expect(show(0.65, true)).toEqual([]);
  expect(show(0.62, true)).toEqual([]);
  expect(show(0.62)).toEqual(['--zoom=0.62']);
  // Never by nothing.
  expect(show(0.004)).toContain('--zoom=0.02');
});
