/**
 * Searches as people write them: `fc1.outFeatures=32,64,128`, `lr=log:1e-4..1e-1`, `dropout.p=0..0.8`,
 * `fc1.outFeatures=16..64:16` (every 16), `act=ReLU,Tanh,GELU`, `a.outFeatures+b.outFeatures=16,32` (linked),
 * `repeat(fc2..relu2)=1..6`. Names are paths or short names; what a setting does not take is refused.
 */
import type { Attr, JsonValue } from '../ir/attrs.ts';
import type { NetworkDocument } from '../ir/document.ts';
import { inputError } from '../ir/problem.ts';
import { settingPath } from '../runs/settings.ts';
import type { Parameter, RangeParameter, SearchSpace } from './space.ts';
import { checkedValue, type Target, target } from './targets.ts';

const NUMBER = String.raw`[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?`;
const RANGE = new RegExp(`^(log:)?(${NUMBER})\\.\\.(${NUMBER})(?::(${NUMBER}))?$`);

export function readSpace(texts: readonly string[], document: NetworkDocument): SearchSpace {
  const space = texts.map((text) => readParameter(text, document));
  const seen = new Set<string>();
  for (const path of space.flatMap(({ paths }) => paths)) {
    if (seen.has(path)) {
      throw inputError('search.twice', `${path} is searched twice.`, { path });
    }
    seen.add(path);
  }
  return space;
}

export function readParameter(text: string, document: NetworkDocument): Parameter {
  const at = text.indexOf('=');
  const names = text.slice(0, Math.max(0, at)).trim();
  const values = text.slice(at + 1).trim();
  if (names === '' || values === '') {
    throw inputError('search.invalid', `"${text}" says no setting and its values.`, {
      path: text,
      explanation: 'It is written as fc1.outFeatures=32,64,128 or lr=log:1e-4..1e-1.',
    });
  }
  const paths = names.split('+').map((name) => settingPath(name.trim()));
  const targets = paths.map((path) => target(document, path));
  const named = { name: paths.join('+'), paths };
  const range = RANGE.exec(values);
  const parameter: Parameter = range
    ? { ...named, ...readRange(range, text, targets) }
    : { ...named, kind: 'choice', values: readChoice(values, text) };
  return checkParameter(parameter, targets);
}

/** A parameter from anywhere against the document: throws InputError where a value does not fit. */
export function boundParameter(parameter: Parameter, document: NetworkDocument): Parameter {
  return checkParameter(
    parameter,
    parameter.paths.map((path) => target(document, path)),
  );
}

function checkParameter(parameter: Parameter, targets: readonly Target[]): Parameter {
  const probes = parameter.kind === 'choice' ? parameter.values : [parameter.low, parameter.high];
  for (const to of targets) for (const value of probes) checkedValue(to, value);
  return parameter;
}

function readRange(
  [, log, lowText, highText, stepText]: RegExpExecArray,
  text: string,
  targets: readonly Target[],
): Pick<RangeParameter, 'kind' | 'low' | 'high' | 'log' | 'step'> {
  const [low, high] = [Number(lowText), Number(highText)];
  const refuse = (why: string): never => {
    throw inputError('search.range', `"${text}" ${why}`, { path: text });
  };
  for (const { attr, path } of targets) {
    if (!isNumeric(attr)) refuse(`is a range, but ${path} is no number. Name its values instead.`);
  }
  if (!(low < high)) refuse('must go from the lower number to the higher.');
  if (log !== undefined && low <= 0) refuse('must begin above zero to be logarithmic.');
  const step = stepText === undefined ? undefined : Number(stepText);
  if (step !== undefined && !(step > 0 && step <= high - low)) {
    refuse('must have a step above zero that fits between its ends.');
  }
  if (step !== undefined && log !== undefined) refuse('is logarithmic or has steps, not both.');
  const isWhole = targets.some(({ attr }) => attr.kind === 'int');
  if (isWhole && !(Number.isInteger(low) && Number.isInteger(step ?? 1))) {
    refuse('must have whole numbers: the setting has no others.');
  }
  return {
    kind: isWhole ? 'int' : 'float',
    ...{ low, high, log: log !== undefined },
    ...(step !== undefined && { step }),
  };
}

const isNumeric = ({ kind }: Attr): boolean => kind === 'int' || kind === 'number';

function readChoice(text: string, whole: string): readonly JsonValue[] {
  const parts = outsideBrackets(text);
  const values = parts.map((part) => readWord(part.trim()));
  const distinct = new Set(values.map((value) => JSON.stringify(value)));
  if (parts.some((part) => part.trim() === '') || distinct.size < values.length) {
    throw inputError('search.invalid', `"${whole}" has an empty value, or one twice.`, {
      path: whole,
    });
  }
  return values;
}

/** `3,[5,5]` in two. */
function outsideBrackets(text: string): readonly string[] {
  const parts = [''];
  let depth = 0;
  for (const character of text) {
    if (character === '[') depth += 1;
    if (character === ']') depth -= 1;
    if (character === ',' && depth === 0) parts.push('');
    else parts[parts.length - 1] += character;
  }
  return parts;
}

/** A word where it is no JSON. `0.001` and `1e-3` are one number. */
function readWord(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    const number = Number(text);
    return text !== '' && Number.isFinite(number) ? number : text;
  }
}

/** As `readParameter` reads it. */
export function parameterText(parameter: Parameter): string {
  const values =
    parameter.kind === 'choice'
      ? parameter.values
          .map((value) => (typeof value === 'string' ? value : JSON.stringify(value)))
          .join(',')
      : `${parameter.log ? 'log:' : ''}${parameter.low}..${parameter.high}${parameter.step === undefined ? '' : `:${parameter.step}`}`;
  return `${parameter.name}=${values}`;
}
