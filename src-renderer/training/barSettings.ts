/** The settings that the training bar shows, in its order. Pure. */
import { attrLabel } from '#engine/ir/readAttrs.ts';
import type { Setting } from '#engine/ir/settings.ts';
import { type TrainingSettings, trainingSchema } from '#engine/ir/trainingSettings.ts';

export interface BarSetting {
  readonly name: keyof TrainingSettings;
  readonly setting: Setting;
  readonly label: string;
  readonly yields: boolean;
}

export const BAR_SETTINGS: readonly BarSetting[] = (
  Object.entries(trainingSchema) as [keyof TrainingSettings, Setting][]
)
  .filter(([, { bar }]) => bar !== undefined)
  .toSorted(([, a], [, b]) => (a.bar?.rank ?? 0) - (b.bar?.rank ?? 0))
  .map(([name, setting]) => ({
    name,
    setting,
    label: setting.bar?.label ?? attrLabel(name, setting),
    yields: setting.bar?.yields === true,
  }));
