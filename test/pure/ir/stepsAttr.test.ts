/** Rule: a list of steps is read step by step against what each may be set to, and names its place where it does not fit. */
import { describe, expect, test } from 'vitest';
import type { JsonValue, StepsAttr } from '#engine/ir/attrs.ts';
import { namesFromText, namesText, valueFromText } from '#engine/ir/attrText.ts';
import { readAttrs } from '#engine/ir/readAttrs.ts';
import { attrsSchema } from '#engine/check/attrsSchema.ts';
import { settingText } from '#engine/runs/words.ts';
import {
  movedStep,
  setStep,
  switchedStep,
  withoutStep,
  withStep,
} from '#renderer/inspector/stepEdits.ts';

const attr: StepsAttr = {
  ...{ kind: 'steps', default: [], help: 'What is done.' },
  steps: {
    flip: {
      label: 'Flip',
      help: 'Mirrors.',
      attrs: { chance: { kind: 'number', default: 0.5, min: 0, max: 1, help: 'How often.' } },
    },
    impute: {
      label: 'Fill',
      help: 'Fills.',
      attrs: { columns: { kind: 'names', default: [], help: 'Which.' } },
    },
  },
};
const read = (value: JsonValue) => readAttrs({ steps: attr }, { steps: value });

describe('reading', () => {
  test('fills in what is not written, and keeps the order and what is off', () => {
    const { attrs, problems } = read([
      { step: 'impute', columns: ['Age'] },
      { step: 'flip', off: true },
    ]);
    expect(problems).toEqual([]);
    expect(attrs.steps).toEqual([
      { step: 'impute', columns: ['Age'] },
      { step: 'flip', off: true, chance: 0.5 },
    ]);
  });

  test.each<[JsonValue, string, string, string]>([
    ['flip', 'attrs.type', 'steps', 'a list of steps'],
    [['flip'], 'attrs.type', 'steps[0]', 'the name of its step'],
    [[{ step: 'flip' }, { step: 'flop' }], 'attrs.choice', 'steps[1].step', 'did you mean flip?'],
    [[{ step: 'flip', off: 1 }], 'attrs.type', 'steps[0].off', 'neither on nor off'],
    [[{ step: 'flip', chance: 2 }], 'attrs.range', 'steps[0].chance', 'from 0 to 1, not 2'],
    [[{ step: 'flip', chanse: 1 }], 'attrs.type', 'steps[0].chanse', 'did you mean chance?'],
    [[{ step: 'impute', columns: [''] }], 'attrs.type', 'steps[0].columns', 'a list of names'],
  ])('refuses %j', (value, code, path, message) => {
    const { attrs, problems } = read(value);
    expect(attrs.steps).toEqual([]);
    expect(problems).toMatchObject([{ code, path }]);
    expect(problems[0]?.message).toContain(message);
  });
});

test('the schema of a document knows the attributes of each step', () => {
  expect(attrsSchema({ steps: attr }, '')).toMatchObject({
    properties: {
      steps: {
        items: {
          oneOf: [
            { properties: { step: { const: 'flip' }, chance: { type: 'number', maximum: 1 } } },
            { properties: { step: { const: 'impute' }, columns: { type: 'array' } } },
          ],
        },
      },
    },
  });
});

test('a list of steps is told in words', () => {
  expect(
    settingText([
      { step: 'flip', off: true, chance: 0.5 },
      { step: 'impute', columns: ['a', 'b'] },
    ]),
  ).toBe('flip (off, chance 0.5), impute (columns a, b)');
  expect(settingText([3, 28, 28])).toBe('3 × 28 × 28');
});

describe('as text', () => {
  test.each([[['Age', 'Fare']], [['a, b', 'say "x"', ' c ']], [[]]])(
    'names %j come back',
    (names) => {
      expect(namesFromText(namesText(names))).toEqual(names);
    },
  );

  test('steps are JSON; what is none stays text, to be refused by its schema', () => {
    expect(valueFromText(attr, '[{"step":"flip"}]')).toEqual([{ step: 'flip' }]);
    expect(valueFromText(attr, '[{')).toBe('[{');
    expect(valueFromText({ kind: 'bool', default: false, help: '' }, 'true')).toBe(true);
    expect(valueFromText({ kind: 'bool', default: false, help: '' }, 'no')).toBe('no');
  });
});

test('edits leave unsaid what a step is not set to', () => {
  const two = withStep(withStep([], 'flip'), 'impute');
  expect(two).toEqual([{ step: 'flip' }, { step: 'impute' }]);
  expect(movedStep(two, 1, -1)).toEqual([{ step: 'impute' }, { step: 'flip' }]);
  expect(movedStep(two, 1, 1)).toBe(two);
  expect(setStep(two, 0, { chance: 1 })[0]).toEqual({ step: 'flip', chance: 1 });
  expect(switchedStep(switchedStep(two, 0, false), 0, true)).toEqual(two);
  expect(withoutStep(two, 0)).toEqual([{ step: 'impute' }]);
});
