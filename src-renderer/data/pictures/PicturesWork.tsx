/** The middle for pictures: their classes with how many are in each part, a few of each; and what is done to them. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { useMemo, useRef, type KeyboardEvent } from 'react';
import { useStore } from 'zustand';
import type { PictureProfile } from '#engine/protocol/profileContract.ts';
import { formatCount, formatInteger, formatPercent } from '#renderer/ui/format.ts';
import { nextIndex } from '#renderer/ui/useRovingList.ts';
import { dataViewStore } from '../dataViewStore.ts';
import type { PartProps } from '../defineKind.ts';
import { AugmentStrip } from './AugmentStrip.tsx';
import { useSourceName } from '../useDatasets.ts';
import { Thumb } from './Thumb.tsx';
import './pictures.css';

const ROW_HEIGHT = 34;
const THUMB = 28;

export type PictureClass = PictureProfile['classes'][number];
export const sizeOf = ({ parts }: PictureClass): number =>
  parts.train + parts.validation + parts.test;

export function PicturesWork(part: PartProps<'pictures'>) {
  const { data, profile } = part;
  const name = useSourceName(data.source);
  const { classes, count, shape } = profile;
  return (
    <div className="data-pictures">
      <header className="data-bar">
        <h1 className="ellipsis">{name}</h1>
        <small className="ellipsis">
          {formatCount(count, 'picture')}, {shape[2]}×{shape[1]}
          {classes.length > 1 && `, ${formatInteger(classes.length)} classes`}
        </small>
        <span className="grow" />
        <span className="data-parts-key">
          <i className="train" /> train
          <i className="validation" /> val
          <i className="test" /> test
        </span>
      </header>
      <Classes profile={profile} />
      <AugmentStrip {...part} />
    </div>
  );
}

function Classes({ profile }: { readonly profile: PictureProfile }) {
  const { classes, count, shape, pictures } = profile;
  const chosen = useStore(dataViewStore, (view) => view.className);
  const scroller = useRef<HTMLDivElement>(null);
  const bytes = useMemo(
    () => new Map(pictures.map(({ row, pixels }) => [row, pixels])),
    [pictures],
  );
  const most = Math.max(1, ...classes.map(sizeOf));
  const at = Math.max(
    0,
    classes.findIndex(({ name }) => name === chosen),
  );
  const virtual = useVirtualizer({
    count: classes.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 6,
    initialRect: { width: 0, height: window.innerHeight },
    scrollPaddingStart: 26,
  });
  const onKeyDown = (event: KeyboardEvent): void => {
    const next = nextIndex(event.key, at, classes.length);
    if (next === null) return;
    event.preventDefault();
    dataViewStore.setState({ className: classes[next]?.name ?? null });
    virtual.scrollToIndex(next);
    requestAnimationFrame(() =>
      scroller.current?.querySelector<HTMLElement>(`[data-index="${next}"]`)?.focus(),
    );
  };
  return (
    <div
      className="data-classes"
      ref={scroller}
      role="grid"
      aria-label="Classes"
      aria-rowcount={classes.length + 1}
      onKeyDown={onKeyDown}
    >
      <div role="rowgroup" className="data-head">
        <div role="row" className="data-class head" aria-rowindex={1}>
          <span role="columnheader">Class</span>
          <span role="columnheader">Pictures</span>
          <span role="columnheader" className="num">
            Share
          </span>
          <span role="columnheader">Samples</span>
        </div>
      </div>
      <div role="rowgroup" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {virtual.getVirtualItems().map(({ index, start }) => {
          const one = classes[index];
          if (!one) return null;
          const size = sizeOf(one);
          const name = one.name === '' ? 'no class' : one.name;
          return (
            <div
              key={index}
              role="row"
              tabIndex={index === at ? 0 : -1}
              data-index={index}
              aria-rowindex={index + 2}
              aria-selected={index === at}
              className={index === at ? 'data-class on' : 'data-class'}
              style={{ top: start }}
              onClick={() => dataViewStore.setState({ className: one.name })}
            >
              <span role="rowheader" className="ellipsis" title={name}>
                {name}
              </span>
              <span role="gridcell" className="data-stack">
                <PartsBar one={one} most={most} />
                {formatInteger(size)}
              </span>
              <span role="gridcell" className="num t2">
                {formatPercent(count > 0 ? size / count : 0)}
              </span>
              <span role="gridcell" className="data-samples">
                {one.samples.map((row) => (
                  <Thumb
                    key={row}
                    {...{ shape, size: THUMB, pixels: bytes.get(row) }}
                    label={`${name}, picture ${row + 1}`}
                  />
                ))}
                {size > one.samples.length && (
                  <small>+{formatInteger(size - one.samples.length)}</small>
                )}
              </span>
            </div>
          );
        })}
      </div>
    </div>
  );
}

function PartsBar({ one, most }: { readonly one: PictureClass; readonly most: number }) {
  const { train, validation, test } = one.parts;
  const width = (count: number): string => `${(count / most) * 80}%`;
  const text = `${formatInteger(train)} train, ${formatInteger(validation)} validation, ${formatInteger(test)} test`;
  return (
    <>
      <i className="train" style={{ width: width(train) }} title={text} />
      <i className="validation" style={{ width: width(validation) }} title={text} />
      <i className="test" style={{ width: width(test) }} title={text} />
    </>
  );
}
