/** What augmentation makes of two pictures, step by step: made here, by the functions and the seed of training. */
import { useMemo } from 'react';
import { useStore } from 'zustand';
import {
  type AugmentedPicture,
  augmented,
  type PictureSource,
  type Share,
} from '#engine/augment/index.ts';
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
  const shown = useMemo(() => {
    const source = sourceOf(profile);
    return rows.map((row) => ({
      row,
      after: source ? afterSteps(source, row, steps ?? [], seed, draw) : [],
    }));
  }, [profile, rows, steps, seed, draw]);
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
        {...{ shape, size: SIZE, pixels: after[place]?.bytes }}
        label={place === 0 ? `Picture ${row + 1}` : `Picture ${row + 1} after step ${place}`}
      />
    ));
  const labels = (place: number) =>
    shown.some(({ after }) => (after[place]?.shares.length ?? 0) > 1) &&
    shown.map(({ row, after }, at) => (
      <Figure
        key={row}
        label={shown.length > 1 ? `Label ${at + 1}` : 'Label'}
        text={sharesText(profile, after[place]?.shares ?? [])}
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
                <dl>{labels(at + 1) || figuresOf(schema, step)}</dl>
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

/** `70 % cat, 30 % dog`, the heaviest first. */
function sharesText({ classes }: PictureProfile, shares: readonly Share[]): string {
  const ofClass = new Map<string, number>();
  for (const { row, share } of shares) {
    const name = classes.find(({ samples }) => samples.includes(row))?.name ?? '';
    ofClass.set(name, (ofClass.get(name) ?? 0) + share);
  }
  return [...ofClass]
    .toSorted(([, a], [, b]) => b - a)
    .map(([name, share]) => `${Math.round(share * 100)} % ${name}`)
    .join(', ');
}

/** The pictures that the profile has: training mixes with any of its own. Null where it has none. */
function sourceOf({
  pictures,
  shape: [channels, height, width],
}: PictureProfile): PictureSource | null {
  const [first] = pictures;
  if (!first) return null;
  const byRow = new Map(pictures.map(({ row, pixels }) => [row, pixels]));
  return {
    others: [...byRow.keys()],
    read: (row) => {
      const pixels = Float32Array.from(byRow.get(row) ?? first.pixels, (byte) => byte / 255);
      return { channels, height, width, pixels };
    },
  };
}

/** As it is, then after each step; bytes `[C, H, W]`. */
function afterSteps(
  source: PictureSource,
  row: number,
  steps: readonly Step[],
  seed: number,
  epoch: number,
): readonly { readonly bytes: Uint8Array; readonly shares: readonly Share[] }[] {
  const bytesOf = ({ picture: { pixels }, shares }: AugmentedPicture) => ({
    bytes: Uint8Array.from(pixels, (value) => Math.round(value * 255)),
    shares,
  });
  const given: AugmentedPicture = { picture: source.read(row), shares: [{ row, share: 1 }] };
  return [given, ...augmented(source, steps, { seed, epoch, row })].map(bytesOf);
}
