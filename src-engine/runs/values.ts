/**
 * Where two sets of attributes differ, each with both values in words. What is not written has its default, so
 * that writing it changes nothing; fields of data are facts, nobody's choice. Pure.
 */
import type { Attr, AttrSchema, JsonValue, RawAttrs } from '../ir/attrs.ts';
import { attrLabel } from '../ir/readAttrs.ts';
import { own } from '../ir/record.ts';
import { settingText } from './words.ts';

export interface ValueDifference {
  /** Attribute or setting: `p`, `options.noise`; what else can differ is named by what it is. */
  readonly key: string;
  readonly label: string;
  /** Empty where there was nothing of the kind. */
  readonly was: string;
  readonly now: string;
}

export function attrDifferences(
  schema: AttrSchema,
  was: RawAttrs,
  now: RawAttrs,
): readonly ValueDifference[] {
  const names = new Set([...Object.keys(was), ...Object.keys(now)]);
  return [...names].flatMap((key) => {
    const attr: Attr | undefined = own(schema, key);
    if (attr?.kind === 'fields') return [];
    const [old, is] = [was, now].map((attrs) => own(attrs, key) ?? attr?.default);
    if (attr?.kind === 'options' && isRecord(old) && isRecord(is)) {
      return optionDifferences(key, old, is);
    }
    const [before, after] = [valueWords(old), valueWords(is)];
    return before === after ? [] : [{ key, label: attrLabel(key, attr), was: before, now: after }];
  });
}

/** The options of a data source are settings each. */
function optionDifferences(above: string, was: RawAttrs, now: RawAttrs): ValueDifference[] {
  return [...new Set([...Object.keys(was), ...Object.keys(now)])].flatMap((name) => {
    const [before, after] = [valueWords(own(was, name)), valueWords(own(now, name))];
    if (before === after) return [];
    return [{ key: `${above}.${name}`, label: attrLabel(name), was: before, now: after }];
  });
}

const isRecord = (value: JsonValue | undefined): value is Readonly<Record<string, JsonValue>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** In a sentence: what is off or not there is none. */
export const valueWords = (value: JsonValue | undefined): string => settingText(value ?? 'none');
