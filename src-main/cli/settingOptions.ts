/** Training settings as options of the command line: those that say so in the schema. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { JsonValue } from '#engine/ir/attrs.ts';
import { InputError, inputError, type NetworkDocument } from '#engine/ir/index.ts';
import { own } from '#engine/ir/record.ts';
import { restoreDocument } from '#engine/ir/restoreDocument.ts';
import { readValue } from '#engine/ir/readAttrs.ts';
import { type PlacedSetting, placedSettings, type Setting } from '#engine/ir/settings.ts';
import { ambiguousText, readTypedNumber, settledNumber } from '#engine/ir/typedNumber.ts';
import { type TrainingSettings, trainingSchema } from '#engine/ir/trainingSettings.ts';

const FLAGGED = placedSettings(trainingSchema).filter(({ setting }) => setting.flag !== undefined);

export function settingOptions(command: Command): Command {
  for (const { setting } of FLAGGED) command.addOption(optionOf(setting));
  return command;
}

function optionOf(setting: Setting): Option {
  const { name = '', value, help = '' } = setting.flag ?? {};
  const option = new Option(value === undefined ? `--${name}` : `--${name} <${value}>`, help);
  if (setting.kind === 'choice') return option.choices(setting.options);
  if (setting.kind !== 'int' && setting.kind !== 'number') return option;
  return option.argParser((text: string): number => {
    const typed = settledNumber(readTypedNumber(text), (value) => readValue(setting, value).ok);
    if (typed.kind === 'ambiguous') {
      throw new InvalidArgumentError(
        `It can be read as two numbers. Write ${ambiguousText(typed)}.`,
      );
    }
    const value = typed.kind === 'number' ? typed.value : text;
    const read = readValue(setting, value);
    if (read.ok) return Number(value);
    throw new InvalidArgumentError(`It ${read.message}`);
  });
}

/** The document's settings with those that were given in their place. */
export function withSettingOptions(
  training: TrainingSettings,
  given: Readonly<Record<string, unknown>>,
): unknown {
  return FLAGGED.reduce<Readonly<Record<string, unknown>>>((settings, { path, setting }) => {
    const value = own(given, optionKey(setting));
    return value === undefined ? settings : placed(settings, path, value as JsonValue);
  }, training);
}

/** As commander names it: `dropLast` of `--drop-last`. */
const optionKey = ({ flag }: PlacedSetting['setting']): string =>
  new Option(`--${flag?.name ?? ''}`).attributeName();

/** A group that was off is on with what is set in it; the rest takes its defaults when it is read. */
function placed(
  settings: Readonly<Record<string, unknown>>,
  [name = '', ...rest]: readonly string[],
  value: JsonValue,
): Readonly<Record<string, unknown>> {
  if (rest.length === 0) return { ...settings, [name]: value };
  const inner = own(settings, name);
  const group = typeof inner === 'object' && inner !== null ? inner : {};
  return { ...settings, [name]: placed(group as Readonly<Record<string, unknown>>, rest, value) };
}

/** Arguments are inputs like any other: what they make must be a document. */
export function checkedDocument(input: unknown): NetworkDocument {
  const restored = restoreDocument(input);
  if (restored.ok) return restored.document;
  const [first, ...others] = restored.problems;
  throw first ? new InputError([first, ...others]) : inputError('cli.invalid', 'Invalid settings.');
}
