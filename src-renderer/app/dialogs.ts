/** Every dialog, found by file name. */
import { registry } from '#engine/ir/registry.ts';
import type { DialogDefinition } from './defineDialog.ts';

type Modules = Readonly<Record<string, { readonly default?: DialogDefinition }>>;

export function dialogsOf(modules: Modules): ReadonlyMap<string, DialogDefinition> {
  return registry(modules, {
    kind: 'dialog',
    nameOf: ({ id }: DialogDefinition) => id,
    suffix: '.dialog.tsx',
  });
}

export const dialogs = dialogsOf(import.meta.glob('../**/*.dialog.tsx', { eager: true }));
