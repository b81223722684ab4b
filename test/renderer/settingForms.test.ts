/** Rule: forms show what the schema of a setting says: each setting has a row, and the bar what belongs there. */
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { Tooltip } from 'radix-ui';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { attrLabel } from '#engine/ir/readAttrs.ts';
import {
  defaultSettings,
  placedSettings,
  type SettingSchema,
  whenOn,
} from '#engine/ir/settings.ts';
import { trainingSchema } from '#engine/ir/trainingSettings.ts';
import { SettingRows } from '#renderer/inspector/SettingRows.tsx';
import { BAR_SETTINGS } from '#renderer/training/barSettings.ts';

// Markup alone: there is a page, and nothing in it to float above.
beforeAll(() => void vi.stubGlobal('document', { querySelector: () => null }));
afterAll(() => void vi.unstubAllGlobals());

function formOf(schema: SettingSchema, values: object, disabled = false): string {
  const rows = createElement(SettingRows, { schema, values, disabled, onChange: () => undefined });
  return renderToStaticMarkup(createElement(Tooltip.Provider, null, rows));
}

const standard = defaultSettings(trainingSchema);

/** Every setting that can be off is on. */
const allOn = {
  ...standard,
  split: { ...standard.split, folds: 5 },
  ...Object.fromEntries(
    Object.entries(trainingSchema).flatMap(([name, setting]) =>
      setting.kind === 'optional' ? [[name, whenOn(setting)]] : [],
    ),
  ),
};

describe('the form of the training settings', () => {
  const shown = placedSettings(trainingSchema).filter(
    ({ setting }) => setting.kind !== 'group' && setting.kind !== 'list',
  );
  test.each(shown.map((each) => [each.path.join('.'), each] as const))(
    'has %s',
    (_, { path, setting }) => {
      const label = attrLabel(path.at(-1) ?? '', setting);
      expect(formOf(trainingSchema, allOn)).toContain(`aria-label="${label}"`);
    },
  );
  test('shows what is within a setting only while that is on', () => {
    const off = formOf(trainingSchema, defaultSettings(trainingSchema));
    expect(off).toContain('Stop early');
    expect(off).not.toContain('Patience');
  });
  test('leaves out what means nothing with what is chosen beside it', () => {
    const form = (split: object) =>
      formOf(trainingSchema, { ...standard, split: { ...standard.split, ...split } });
    expect(form({})).not.toContain('aria-label="Fold"');
    expect(form({ folds: 5 })).toContain('aria-label="Fold"');
    expect(form({})).toContain('aria-label="Validation"');
    expect(form({ kind: 'byColumn' })).not.toContain('aria-label="Validation"');
  });
  test('is locked as a whole', () => {
    const markup = formOf(trainingSchema, allOn, true);
    const controls = markup.match(/<(input|button|textarea)\b[^>]*>/g) ?? [];
    expect(controls.length).toBeGreaterThanOrEqual(shown.length);
    expect(controls.filter((control) => !/ disabled(=|>| )/.test(control))).toEqual([]);
  });
  test('has a setting that is added, by its entry alone', () => {
    const added: SettingSchema = {
      labelSmoothing: { kind: 'number', default: 0, min: 0, max: 1, help: 'Softens the targets.' },
    };
    const markup = formOf(added, { labelSmoothing: 0.1 });
    expect(markup).toContain('aria-label="Label smoothing"');
    expect(markup).toContain('aria-valuemax="1"');
  });
});

test('the bar has what the schema puts there, in its order', () => {
  expect(BAR_SETTINGS.map(({ label }) => label)).toEqual([
    'Device',
    'Epochs',
    'Batch',
    'Objectives',
    'Seed',
  ]);
});
