/**
 * Rule: a setting of training is one entry of one schema. From it follow the type, the default, the place in
 * the file, the reading with its problems, the JSON Schema and the option of the command line.
 */
import Ajv from 'ajv';
import { describe, expect, test } from 'vitest';
import { projectSchema } from '#engine/check/projectSchema.ts';
import { emptyDocument } from '#engine/ir/document.ts';
import { readSettings } from '#engine/ir/readSettings.ts';
import { restoreDocument, restoreDocumentText } from '#engine/ir/restoreDocument.ts';
import { serializeDocument } from '#engine/ir/serializeDocument.ts';
import {
  defaultSettings,
  placedSettings,
  type Setting,
  type SettingSchema,
  whenOn,
} from '#engine/ir/settings.ts';
import { settingsJson } from '#engine/ir/settingsJson.ts';
import { DEFAULT_TRAINING, trainingSchema } from '#engine/ir/trainingSettings.ts';

const validate = new Ajv({ allErrors: true }).compile(projectSchema());
const BASE = { format: 'netloom', version: 2, name: 'x', nodes: [], wires: [] };
const withTraining = (training: object) => ({ ...BASE, training });

/** Values that fit, other than the default, and values that do not. */
function trials(setting: Setting): {
  readonly good: readonly unknown[];
  readonly bad: readonly unknown[];
} {
  switch (setting.kind) {
    case 'int':
    case 'number': {
      const { min, max } = setting;
      const below = setting.kind === 'number' && setting.above !== undefined ? [setting.above] : [];
      const step = setting.kind === 'int' ? 1 : 0.01;
      return {
        good: [min ?? 1, max ?? 7, (min ?? 1) + step].filter((value) => value !== setting.default),
        bad: [
          '5',
          ...below,
          ...(min === undefined ? [] : [min - 1]),
          ...(max === undefined ? [] : [max + 1]),
        ],
      };
    }
    case 'bool':
      return { good: [!setting.default], bad: ['yes', 1] };
    case 'choice':
      return {
        good: setting.options.filter((each) => each !== setting.default),
        bad: ['magic', 3],
      };
    case 'optional':
      return {
        good: [whenOn(setting)],
        bad: [7, 'on'].slice(setting.of.kind === 'number' ? 1 : 0),
      };
    case 'metric':
      return { good: ['accuracy'], bad: ['', 3] };
    case 'group':
      return { good: [], bad: [7, null, []] };
    case 'list':
      return { good: [], bad: [{}, 'x'] };
    default:
      throw new Error(`the training settings have none of the kind ${setting.kind}`);
  }
}

/** A document's settings with one of them set, whatever groups it lies in. */
function setAt(path: readonly string[], value: unknown): Record<string, unknown> {
  const [first = '', ...rest] = path;
  return { [first]: rest.length === 0 ? value : setAt(rest, value) };
}

describe.each(placedSettings(trainingSchema).map((each) => [each.path.join('.'), each] as const))(
  '%s',
  (place, { path, setting }) => {
    const { good, bad } = trials(setting);
    test.runIf(good.length > 0)('is kept in a file as it is', () => {
      for (const value of good) {
        const input = withTraining(setAt(path, value));
        const read = restoreDocument(input);
        if (!read.ok) throw new Error(JSON.stringify(read.problems));
        expect(read.document.training).toMatchObject(setAt(path, value));
        const again = restoreDocumentText(serializeDocument(read.document));
        expect(again).toMatchObject({ ok: true, document: read.document });
        expect(validate(input), JSON.stringify(validate.errors)).toBe(true);
      }
    });
    test('refuses what does not fit, with its place, as the schema does', () => {
      for (const value of bad) {
        const input = withTraining(setAt(path, value));
        const read = restoreDocument(input);
        expect(read.ok).toBe(false);
        const [problem] = read.problems;
        expect(problem?.path).toContain(`training.${place}`);
        expect(problem?.code).toMatch(/^document\.(type|range)$/);
        expect(validate(input)).toBe(false);
      }
    });
    test('says what it does in a sentence', () => {
      expect(setting.help).toMatch(/^[\p{Lu}\d].*\.$/u);
    });
  },
);

test('the file has them in the order of the schema', () => {
  const { training } = JSON.parse(serializeDocument(emptyDocument('x'))) as { training: object };
  const names = Object.keys(trainingSchema);
  const written = Object.keys(training);
  expect(written).toEqual(names.filter((name) => written.includes(name)));
});

test('sparse ones are in the file only where they are not as ever', () => {
  const json = settingsJson(trainingSchema, DEFAULT_TRAINING);
  for (const [name, { sparse }] of Object.entries<Setting>(trainingSchema)) {
    expect(Object.hasOwn(json, name), name).toBe(sparse !== true);
  }
});

test('a setting that is added is read, written and described by its entry alone', () => {
  const schema: SettingSchema = {
    ...trainingSchema,
    labelSmoothing: { kind: 'number', default: 0, min: 0, max: 1, help: 'Softens the targets.' },
  };
  expect(defaultSettings(schema)).toMatchObject({ labelSmoothing: 0 });
  const { values } = readSettings(schema, { labelSmoothing: 0.1 }, 'training');
  expect(values && settingsJson(schema, values)).toMatchObject({ labelSmoothing: 0.1 });
  const { problems } = readSettings(schema, { labelSmoothing: 2 }, 'training');
  expect(problems).toMatchObject([{ code: 'document.range', path: 'training.labelSmoothing' }]);
});

test('of an objective all that is wrong is told, each with its place', () => {
  const objective = {
    losses: [],
    trains: ['a', 7],
    lossWeights: { a: -1 },
    groups: [{ frozen: 'yes' }],
    optimiser: {},
    optimizer: { type: '' },
    schedule: { type: 'StepLR', attrs: [], warmupEpochs: -1 },
  };
  const read = restoreDocument(withTraining({ objectives: [objective] }));
  const at = 'training.objectives[0]';
  expect(read.problems.map(({ code, path }) => `${code} ${path}`)).toEqual([
    `document.unknown-key ${at}.optimiser`,
    `document.range ${at}.losses`,
    `document.type ${at}.trains[1]`,
    `document.range ${at}.lossWeights.a`,
    `document.missing ${at}.groups[0].nodes`,
    `document.type ${at}.groups[0].frozen`,
    `document.range ${at}.optimizer.type`,
    `document.range ${at}.schedule.warmupEpochs`,
    `document.type ${at}.schedule.attrs`,
  ]);
  expect(read.problems[0]?.message).toContain('Did you mean optimizer?');
});
