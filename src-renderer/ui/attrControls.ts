/** What controls need to know of an attribute, read off its schema. */
import type { Attr, ChoiceAttr } from '#engine/ir/attrs.ts';
import { own } from '#engine/ir/record.ts';
import type { NumberSpec } from './NumberField.tsx';
import type { SelectOption } from './Select.tsx';

export function numberSpec(attr: Extract<Attr, { readonly kind: 'int' | 'number' }>): NumberSpec {
  const { min, max } = attr;
  return {
    integer: attr.kind === 'int',
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
    ...(attr.kind === 'int' && attr.zero !== undefined ? { zero: attr.zero } : {}),
    ...(attr.kind === 'number' && attr.above !== undefined ? { above: attr.above } : {}),
    ...(attr.kind === 'number' && attr.logarithmic === true ? { logarithmic: true } : {}),
  };
}

export const choiceOptions = ({ options, optionLabels }: ChoiceAttr): SelectOption[] =>
  options.map((option) => ({ value: option, label: own(optionLabels, option) ?? option }));

/** The types of a registry, and the one that is set where this version does not know it. */
export function typeOptions(
  registry: ReadonlyMap<string, { readonly type: string; readonly label: string }>,
  set: string,
): SelectOption[] {
  const known = [...registry.values()].map(({ type, label }) => ({ value: type, label }));
  return registry.has(set) ? known : [...known, { value: set, label: set }];
}
