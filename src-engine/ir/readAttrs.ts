/**
 * Attribute values against their schema: defaults filled in, every value that does not fit reported and
 * replaced by its default, so that the rest can be checked. Serves layers, optimisers and data sources.
 */
import type {
  Attr,
  AttrSchema,
  AttrValues,
  DataField,
  Interval,
  JsonValue,
  RawAttrs,
  Step,
  StepsAttr,
  TextAttr,
} from './attrs.ts';
import { quote } from './json.ts';
import { own } from './record.ts';
import type { Problem } from './problem.ts';

export interface ReadAttrs<S extends AttrSchema> {
  readonly attrs: AttrValues<S>;
  /** Paths are relative to the attributes: `p`, `kernelSize`. */
  readonly problems: readonly AttrProblem[];
}
export type AttrProblem = Problem & { readonly path: string };

/** Attributes as code may use them. Unknown ones are reported and left out. */
export function readAttrs<S extends AttrSchema>(schema: S, raw: RawAttrs): ReadAttrs<S> {
  const problems: AttrProblem[] = [];
  const entries = Object.entries(schema).map(([name, attr]) => {
    const value = own(raw, name);
    if (value === undefined) return [name, attr.default];
    const read = readValue(attr, value);
    if (read.ok) return [name, read.value];
    problems.push({
      code: `attrs.${read.reason}`,
      severity: 'error',
      path: `${name}${read.at ?? ''}`,
      message: `${attrLabel(name, attr)} ${read.message}`,
      explanation: attr.help,
    });
    return [name, attr.default];
  });
  for (const name of Object.keys(raw)) {
    if (Object.hasOwn(schema, name)) continue;
    problems.push({
      code: 'attrs.unknown',
      severity: 'warning',
      path: name,
      message: unknownAttr(name, Object.keys(schema)),
      explanation: 'It has no effect; it is kept in the file.',
    });
  }
  // Every key of the schema has just been given a value that readValue found to fit its kind.
  return { attrs: Object.fromEntries(entries) as AttrValues<S>, problems };
}

/** `outFeatures` -> `Out features`. */
export function attrLabel(name: string, attr?: { readonly label?: string }): string {
  if (attr?.label !== undefined) return attr.label;
  const words = name.replace(/[A-Z]/g, (capital) => ` ${capital.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export type ValueReading =
  | { readonly ok: true; readonly value: unknown }
  | {
      readonly ok: false;
      readonly reason: Misfit;
      readonly message: string;
      /** Where in the value it is, when it has parts: `[2].angle`. */
      readonly at?: string;
    };
/** What is wrong with a value; the last part of a problem's code. */
export type Misfit = 'type' | 'range' | 'choice';

const wrongType = (wanted: string, value: JsonValue): ValueReading => ({
  ok: false,
  reason: 'type',
  message: `must be ${wanted}, not ${quote(value)}.`,
});

/** One value against one attribute; on success the value as code will see it. */
export function readValue(attr: Attr, value: JsonValue): ValueReading {
  switch (attr.kind) {
    case 'int':
      if (!isWhole(value)) return wrongType('a whole number', value);
      return inRange(value, attr.min, attr.max);
    case 'number':
      if (typeof value !== 'number' || !Number.isFinite(value)) return wrongType('a number', value);
      if (attr.above !== undefined && value <= attr.above) {
        return outOfRange(`must be above ${attr.above}, not ${value}.`);
      }
      return inRange(value, attr.min, attr.max);
    case 'bool':
      return typeof value === 'boolean' ? fits(value) : wrongType('true or false', value);
    case 'choice':
      if (typeof value === 'string' && attr.options.includes(value)) return fits(value);
      return {
        ok: false,
        reason: 'choice',
        message: `must be one of ${attr.options.join(', ')}, not ${quote(value)}.`,
      };
    case 'pair': {
      // One number for both sides, as PyTorch allows.
      const pair = isWhole(value) ? [value, value] : value;
      if (!Array.isArray(pair) || pair.length !== 2 || !pair.every(isWhole)) {
        return wrongType('two whole numbers, [height, width]', value);
      }
      const bad = pair.find((size) => attr.min !== undefined && size < attr.min);
      return bad === undefined ? fits(pair) : inRange(bad, attr.min, undefined);
    }
    case 'shape':
      return Array.isArray(value) && value.every(isWhole)
        ? fits(value)
        : wrongType('a list of whole numbers', value);
    case 'numbers': {
      if (!isNumbers(value)) return wrongType('a list of numbers', value);
      const bad = value.find((each) => attr.min !== undefined && each < attr.min);
      return bad === undefined ? fits(value) : inRange(bad, attr.min, undefined);
    }
    case 'text':
      if (typeof value !== 'string') return wrongType('text', value);
      return value.length >= (attr.minLength ?? 0) && value.length <= (attr.maxLength ?? Infinity)
        ? fits(value)
        : outOfRange(`must have ${characters(attr)}; it has ${value.length}.`);
    case 'source':
      return typeof value === 'string' ? fits(value) : wrongType('text', value);
    case 'options':
      return isObject(value) ? fits(value) : wrongType('an object', value);
    case 'fields':
      return Array.isArray(value) && value.every(isDataField) && distinctNames(value)
        ? fits(value)
        : wrongType('a list of data fields with different names', value);
    case 'names':
      return isNames(value) ? fits(value) : wrongType('a list of names', value);
    case 'steps':
      return readSteps(attr, value);
    default:
      return attr satisfies never;
  }
}

const isNumbers = (value: JsonValue): value is readonly number[] =>
  Array.isArray(value) && value.every((each) => typeof each === 'number' && Number.isFinite(each));

/** With the defaults of every step filled in; the first that does not fit is said. */
function readSteps(attr: StepsAttr, value: JsonValue): ValueReading {
  if (!Array.isArray(value)) return wrongType('a list of steps', value);
  const steps: Step[] = [];
  for (const [index, each] of (value as readonly JsonValue[]).entries()) {
    const read = readStep(attr, each);
    if ('problem' in read) return { ...read.problem, at: `[${index}]${read.at}` };
    steps.push(read.step);
  }
  return fits(steps);
}

type StepReading =
  | { readonly step: Step }
  | { readonly problem: Extract<ValueReading, { readonly ok: false }>; readonly at: string };

function readStep({ steps }: StepsAttr, value: JsonValue): StepReading {
  const wrong = (reason: Misfit, message: string, at = ''): StepReading => ({
    problem: { ok: false, reason, message },
    at,
  });
  if (!isObject(value) || typeof value['step'] !== 'string') {
    return wrong('type', `has ${quote(value)} where an object with the name of its step must be.`);
  }
  const { step, off = false, ...raw } = value;
  const schema = own(steps, step);
  if (!schema) {
    const known = Object.keys(steps);
    const near = nearest(step, known);
    const hint =
      near === undefined ? ` (there is ${known.join(', ')}).` : `; did you mean ${near}?`;
    return wrong('choice', `has no step ${quote(step)}${hint}`, '.step');
  }
  if (typeof off !== 'boolean') {
    return wrong('type', `has a step ${step} that is neither on nor off: ${quote(off)}.`, '.off');
  }
  const { attrs, problems } = readAttrs(schema.attrs, raw);
  const [problem] = problems;
  if (problem) {
    const reason = problem.code === 'attrs.range' ? 'range' : 'type';
    const message = `has a step ${step} that does not fit. ${problem.message}`;
    return wrong(reason, message, `.${problem.path}`);
  }
  // Values of attributes are plain JSON.
  return { step: { ...(attrs as RawAttrs), step, ...(off && { off }) } };
}

const isObject = (value: JsonValue): value is Readonly<Record<string, JsonValue>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isNames = (value: JsonValue): boolean =>
  Array.isArray(value) && value.every((name) => typeof name === 'string' && name !== '');

const fits = (value: unknown): ValueReading => ({ ok: true, value });

function inRange(value: number, min: number | undefined, max: number | undefined): ValueReading {
  if ((min === undefined || value >= min) && (max === undefined || value <= max)) {
    return fits(value);
  }
  const range =
    min === undefined
      ? `at most ${max}`
      : max === undefined
        ? `at least ${min}`
        : `from ${min} to ${max}`;
  return outOfRange(`must be ${range}, not ${value}.`);
}

const outOfRange = (message: string): ValueReading => ({ ok: false, reason: 'range', message });

const characters = ({ minLength = 0, maxLength }: TextAttr): string =>
  maxLength === undefined
    ? `at least ${minLength} characters`
    : `${minLength === 0 ? 'at most' : `${minLength} to`} ${maxLength} characters`;

function isWhole(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value);
}

function isDataField(value: unknown): value is DataField {
  if (typeof value !== 'object' || value === null) return false;
  const { name, role, dtype, shape, classes, classNames, labels, range } = value as Partial<
    Record<keyof DataField, unknown>
  >;
  return (
    typeof name === 'string' &&
    name !== '' &&
    (role === 'input' || role === 'label' || role === 'target') &&
    (dtype === 'f32' || dtype === 'i32') &&
    Array.isArray(shape) &&
    shape.every((dim) => isWhole(dim) && dim > 0) &&
    (classes === undefined || (isWhole(classes) && classes > 0)) &&
    (classNames === undefined || isTexts(classNames)) &&
    (labels === undefined || (role === 'target' && areLabels(labels, shape))) &&
    (range === undefined || (role !== 'label' && isInterval(range)))
  );
}

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((each) => typeof each === 'string');

/** One for each number of a target. */
const areLabels = (value: unknown, shape: readonly number[]): boolean =>
  isTexts(value) && value.length === shape.reduce((count, dim) => count * dim, 1);

function isInterval(value: unknown): value is Interval {
  if (!Array.isArray(value) || value.length !== 2) return false;
  const [low, high] = value as readonly unknown[];
  return Number.isFinite(low) && Number.isFinite(high) && Number(low) <= Number(high);
}

function distinctNames(fields: readonly DataField[]): boolean {
  return new Set(fields.map((field) => field.name)).size === fields.length;
}

function unknownAttr(name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  return `There is no attribute ${name}${near === undefined ? '' : `; did you mean ${near}`}${near === undefined ? '.' : '?'}`;
}

/** The candidate that differs by the fewest letters, if by at most a third. */
export function nearest(name: string, candidates: readonly string[]): string | undefined {
  const plain = (text: string) => text.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
  let best: string | undefined;
  let fewest = Infinity;
  for (const candidate of candidates) {
    const distance = editDistance(plain(name), plain(candidate));
    if (distance < fewest && distance <= Math.ceil(candidate.length / 3)) {
      best = candidate;
      fewest = distance;
    }
  }
  return best;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replace = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replace, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
