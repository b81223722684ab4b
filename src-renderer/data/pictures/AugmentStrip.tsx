/** What augmentation makes of two pictures, step by step: made here, by the functions and the seed of training. */
import { useMemo } from 'react';
import { useStore } from 'zustand';
import { augmented } from '#engine/augment/index.ts';
import type { Step, StepSchema } from '#engine/ir/attrs.ts';
import { attrLabel } from '#engine/ir/readAttrs.ts';
import { own } from '#engine/ir/record.ts';
import type { PictureProfile } from '#engine/protocol/profileContract.ts';
import { settingText } from '#engine/runs/words.ts';
import { switchedStep, withStep } from '#renderer/inspector/stepEdits.ts';
import { useDocument } from '#renderer/state/documentSession.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { formatInteger } from '#renderer/ui/format.ts';
import { Menu, type MenuEntry } from '#renderer/ui/Menu.tsx';
import { Switch } from '#renderer/ui/Switch.tsx';
import { dataViewStore } from '../dataViewStore.ts';
import type { PartProps } from '../defineKind.ts';
import { Thumb } from './Thumb.tsx';
import { useAugment } from './useAugment.ts';

const SIZE = 56;
const SHOWN = 2;
/** Attributes under the pictures. */
const FIGURES = 2;

export function AugmentStrip({ data, profile }: PartProps<'pictures'>) {
  const augmentation = useAugment(data.node);
  const chosen = useStore(dataViewStore, (view) => view.className);
  const draw = useStore(dataViewStore, (view) => view.draw);
  const seed = useDocument((state) => state.document.training.seed);
  const rows = useMemo(() => rowsOf(profile, chosen), [profile, chosen]);
  const steps = augmentation?.steps;
  const shown = useMemo(
    () => rows.map((row) => ({ row, after: afterSteps(profile, row, steps ?? [], seed, draw) })),
    [profile, rows, steps, seed, draw],
  );
  if (!augmentation) return null;
  const { attr, stored, set } = augmentation;
  const additions = Object.entries(attr.steps).map(([name, { label }]): MenuEntry => ({
    ...{ kind: 'item', id: name, title: label },
    run: () => set(withStep(stored, name)),
  }));
  const { shape } = profile;
  const pictures = (place: number) =>
    shown.map(({ row, after }) => (
      <Thumb
        key={row}
        {...{ shape, size: SIZE, pixels: after[place] }}
        label={place === 0 ? `Picture ${row + 1}` : `Picture ${row + 1} after step ${place}`}
      />
    ));
  return (
    <section className="data-augment" aria-label="Augmentation">
      <header>
        <h2>Augmentation</h2>
        <small className="ellipsis">
          {augmentation.steps.length === 0
            ? 'none: training sees the pictures as they are'
            : 'training pictures only, drawn anew each epoch, in this order'}
        </small>
        <span className="grow" />
        <Button
          small
          variant="quiet"
          icon="dice"
          disabled={augmentation.steps.length === 0}
          onClick={() => dataViewStore.setState({ draw: draw + 1 })}
        >
          Draw again
        </Button>
        <Menu align="end" entries={additions}>
          <Button small icon="plus">
            Add step
          </Button>
        </Menu>
      </header>
      {augmentation.steps.length > 0 && (
        <ol>
          <li>
            <span className="data-augment-head">Source</span>
            <span className="data-augment-pair">{pictures(0)}</span>
            <dl>
              <Figure
                label="Pictures"
                text={rows.map((row) => formatInteger(row + 1)).join(', ')}
              />
              <Figure label="Epoch" text={formatInteger(draw + 1)} />
            </dl>
          </li>
          {augmentation.steps.map((step, at) => {
            const schema = own(attr.steps, step.step);
            if (!schema) return null;
            const isOn = step['off'] !== true;
            return (
              <li key={at}>
                <span className="data-augment-head" title={schema.help}>
                  <span className="ellipsis">{schema.label}</span>
                  <Switch
                    label={`${schema.label} on`}
                    checked={isOn}
                    onChange={(on) => set(switchedStep(stored, at, on))}
                  />
                </span>
                <span className={isOn ? 'data-augment-pair' : 'data-augment-pair off'}>
                  {pictures(at + 1)}
                </span>
                <dl>{figuresOf(schema, step)}</dl>
              </li>
            );
          })}
        </ol>
      )}
    </section>
  );
}

function figuresOf({ attrs }: StepSchema, step: Step) {
  return Object.entries(attrs)
    .slice(0, FIGURES)
    .map(([name, attr]) => (
      <Figure key={name} label={attrLabel(name, attr)} text={settingText(own(step, name))} />
    ));
}

function Figure({ label, text }: { readonly label: string; readonly text: string }) {
  return (
    <div className="data-fact">
      <dt>{label}</dt>
      <dd title={text}>{text}</dd>
    </div>
  );
}

/** Two of the class that is looked at, else of the first. */
function rowsOf({ classes }: PictureProfile, chosen: string | null): readonly number[] {
  const one = classes.find(({ name }) => name === chosen) ?? classes[0];
  return (one?.samples ?? []).slice(0, SHOWN);
}

/** As it is, then after each step; bytes `[C, H, W]`. */
function afterSteps(
  { pictures, shape: [channels, height, width] }: PictureProfile,
  row: number,
  steps: readonly Step[],
  seed: number,
  epoch: number,
): readonly Uint8Array[] {
  const bytes = pictures.find((each) => each.row === row)?.pixels;
  if (!bytes) return [];
  const pixels = Float32Array.from(bytes, (byte) => byte / 255);
  const after = augmented({ channels, height, width, pixels }, steps, { seed, epoch, row });
  return [
    bytes,
    ...after.map((picture) => Uint8Array.from(picture.pixels, (value) => Math.round(value * 255))),
  ];
}
