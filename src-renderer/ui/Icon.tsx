/** The icons: 16 px grid, 1.4 px stroke, current colour. One drawing per name, used everywhere. */
import { memo, type ReactNode } from 'react';

const dot = (cx: number, cy: number, r: number): ReactNode => (
  <circle cx={cx} cy={cy} r={r} fill="currentColor" stroke="none" />
);

const DRAWINGS = {
  edited: (
    <path d="M3 13l.7-3L10.5 3.2a1.2 1.2 0 0 1 1.7 0l.6.6a1.2 1.2 0 0 1 0 1.7L6 12.3 3 13z" />
  ),
  data: (
    <>
      <ellipse cx="8" cy="4" rx="5" ry="2" />
      <path d="M3 4v8c0 1.1 2.2 2 5 2s5-.9 5-2V4M3 8c0 1.1 2.2 2 5 2s5-.9 5-2" />
    </>
  ),
  linear: (
    <>
      <path d="M4 4l8 0M4 4l8 8M4 12l8-8M4 12l8 0" />
      {dot(3.5, 4, 1.8)}
      {dot(3.5, 12, 1.8)}
      {dot(12.5, 4, 1.8)}
      {dot(12.5, 12, 1.8)}
    </>
  ),
  conv: (
    <>
      <rect x="2" y="2" width="12" height="12" rx="1" />
      <path d="M2 10.5h12M10.5 2v12" />
      <rect x="2" y="2" width="8.5" height="8.5" fill="currentColor" fillOpacity=".35" />
    </>
  ),
  activation: (
    <>
      <path d="M2 11h6l5.5-8" />
      <path d="M2 14h12" strokeOpacity=".4" />
    </>
  ),
  norm: (
    <>
      <path d="M1.5 13c3.5 0 3.6-9.5 6.5-9.5S11 13 14.5 13" />
      <path d="M8 3.5V13" strokeOpacity=".5" />
    </>
  ),
  pool: <path d="M2.5 3h11L9.5 8v5l-3 .8V8z" />,
  shape: (
    <>
      <path d="M2 5.5V2.5h3M14 10.5v3h-3" />
      <path d="M5 5h6v6H5z" />
    </>
  ),
  merge: (
    <>
      <path d="M2 3.5h3c2 0 2 4.5 4 4.5h5M2 12.5h3c2 0 2-4.5 4-4.5" />
      <path d="M12 6l2 2-2 2" />
    </>
  ),
  noise: <path d="M1.5 8.5l2-4 2 7 2-9 2 10 2-6 2 3 1-1.5" />,
  loss: (
    <>
      <circle cx="8" cy="8" r="6" />
      <circle cx="8" cy="8" r="3" />
      <circle cx="8" cy="8" r=".6" fill="currentColor" />
    </>
  ),
  unknown: (
    <>
      <rect x="2.5" y="2.5" width="11" height="11" rx="1" strokeDasharray="2 2" />
      <path d="M6.3 6.300a1.8 1.8 0 113 1.4c-.8.5-1.2.8-1.2 1.600M8 11.300v.1" />
    </>
  ),
  chevronRight: <path d="M6 4l4 4-4 4" />,
  chevronDown: <path d="M4 6l4 4 4-4" />,
  chart: <path d="M2.5 2.5v11h11M4.500 10.500l3-3.500 2.500 2 3.500-4.500" />,
  export: <path d="M8 9.500V2M5 4.700L8 1.800l3 2.900M3 9v4.500h10V9" />,
  search: (
    <>
      <circle cx="7" cy="7" r="4.5" />
      <path d="M10.5 10.5L14 14" />
    </>
  ),
  undo: (
    <>
      <path d="M5.5 3L2.5 6l3 3" />
      <path d="M2.5 6H10a3.5 3.5 0 010 7H6" />
    </>
  ),
  redo: (
    <>
      <path d="M10.5 3l3 3-3 3" />
      <path d="M13.5 6H6a3.5 3.5 0 000 7h4" />
    </>
  ),
  pause: <path d="M5.5 3.5v9M10.5 3.5v9" strokeWidth="2" />,
  play: <path d="M4.5 3l8 5-8 5z" fill="currentColor" />,
  step: (
    <>
      <path d="M3.5 3.5l6 4.5-6 4.5z" fill="currentColor" />
      <path d="M12.5 3.5v9" strokeWidth="2" />
    </>
  ),
  stop: <rect x="4" y="4" width="8" height="8" rx="1" fill="currentColor" />,
  plus: <path d="M8 3v10M3 8h10" />,
  minus: <path d="M3 8h10" />,
  fit: <path d="M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10" />,
  lock: (
    <>
      <rect x="3.5" y="7" width="9" height="6.5" rx="1" />
      <path d="M5.5 7V5a2.5 2.5 0 015 0v2" />
    </>
  ),
  link: (
    <path d="M6.5 9.5l3-3M7 4.5l1.5-1.5a2.8 2.8 0 014 4L11 8.5M9 11.5L7.5 13a2.8 2.8 0 01-4-4L5 7.5" />
  ),
  unlink: (
    <path d="M7 4.5l1.5-1.5a2.8 2.8 0 014 4L11 8.5M9 11.5L7.5 13a2.8 2.8 0 01-4-4L5 7.5M2.5 4.500h1.5M12 11.500h1.5" />
  ),
  moreVertical: (
    <>
      {dot(8, 4, 1.1)}
      {dot(8, 8, 1.1)}
      {dot(8, 12, 1.1)}
    </>
  ),
  more: (
    <>
      {dot(3.5, 8, 1.2)}
      {dot(8, 8, 1.2)}
      {dot(12.5, 8, 1.2)}
    </>
  ),
  close: <path d="M4 4l8 8M12 4l-8 8" />,
  check: <path d="M3 8.5l3.5 3.5L13 4.5" />,
  warning: (
    <>
      <path d="M8 2.5l6 11H2z" />
      <path d="M8 6.5v3.5M8 11.8v.2" />
    </>
  ),
  error: (
    <>
      <circle cx="8" cy="8" r="6" />
      <path d="M5.8 5.8l4.4 4.4M10.2 5.8l-4.4 4.4" />
    </>
  ),
  info: (
    <>
      <circle cx="8" cy="8" r="6" />
      <path d="M8 7.5v3.5M8 5v.2" />
    </>
  ),
  sun: (
    <>
      <circle cx="8" cy="8" r="3" />
      <path d="M8 1.5v1.5M8 13v1.5M1.5 8H3M13 8h1.5M3.4 3.4l1 1M11.6 11.6l1 1M3.4 12.6l1-1M11.6 4.4l1-1" />
    </>
  ),
  moon: <path d="M13.5 9.500A5.8 5.8 0 016.5 2.500a5.8 5.8 0 107 7z" />,
  grip: (
    <>
      {dot(6, 4, 1)}
      {dot(10, 4, 1)}
      {dot(6, 8, 1)}
      {dot(10, 8, 1)}
      {dot(6, 12, 1)}
      {dot(10, 12, 1)}
    </>
  ),
  clock: (
    <>
      <circle cx="8" cy="8" r="6" />
      <path d="M8 4.5V8l2.5 1.5" />
    </>
  ),
  map: (
    <>
      <rect x="2" y="3" width="12" height="10" rx="1" />
      <rect x="8" y="7.5" width="4" height="3.5" />
    </>
  ),
  cpu: (
    <>
      <rect x="4" y="4" width="8" height="8" rx="1" />
      <path d="M6 1.5V4M10 1.5V4M6 12v2.5M10 12v2.5M1.5 6H4M1.5 10H4M12 6h2.5M12 10h2.5" />
    </>
  ),
  layout: (
    <>
      <rect x="2" y="6" width="4" height="4" />
      <rect x="10" y="2" width="4" height="4" />
      <rect x="10" y="10" width="4" height="4" />
      <path d="M6 8h2V4h2M8 8v4h2" />
    </>
  ),
  panelLeft: (
    <>
      <rect x="2" y="3" width="12" height="10" rx="1" />
      <path d="M6 3v10" />
    </>
  ),
  panelRight: (
    <>
      <rect x="2" y="3" width="12" height="10" rx="1" />
      <path d="M10 3v10" />
    </>
  ),
  panelBottom: (
    <>
      <rect x="2" y="3" width="12" height="10" rx="1" />
      <path d="M2 9.500h12" />
    </>
  ),
  expand: <path d="M9.5 3H13v3.500M13 3L9 7M6.5 13H3V9.500M3 13l4-4" />,
  shrink: <path d="M13 6.500H9.500V3M9.5 6.500L13.5 2.500M3 9.500h3.500V13M6.5 9.500l-4 4" />,
  file: <path d="M4 1.500h5l3.5 3.500v9.500H4zM9 1.500V5h3.5" />,
  folder: <path d="M1.5 4V12.500h13V5.500H7.500L6 3.500H1.500z" />,
  save: <path d="M2.5 2.500h9l2 2v9h-11zM5 2.500v4h5v-4M5 13.500v-4h6v4" />,
  trash: <path d="M3 4.500h10M6 4.500V2.500h4v2M4.5 4.500l.5 9h6l.5-9M7 7v4M9 7v4" />,
  copy: (
    <>
      <rect x="5.5" y="5.5" width="8" height="8" rx="1" />
      <path d="M3 10.500h-.5v-8h8V3" />
    </>
  ),
  keyboard: (
    <>
      <rect x="1.5" y="4" width="13" height="8.5" rx="1" />
      <path d="M4 6.500h.1M6.7 6.500h.1M9.3 6.500h.1M12 6.500h.1M4 8.500h.1M12 8.500h.1M5.5 10.500h5" />
    </>
  ),
  wire: (
    <>
      <path d="M4.5 4.500h2c2.5 0 .5 7 3 7h2" />
      {dot(3, 4.5, 1.5)}
      {dot(13, 11.5, 1.5)}
    </>
  ),
  bypass: (
    <>
      <path d="M1.5 11h3c1.5 0 1.5-5 3.5-5s2 5 3.5 5h3" />
      <path d="M6 11.500h4" strokeDasharray="1.5 1.5" />
    </>
  ),
  grid: <path d="M2.5 2.500h4v4h-4zM9.5 2.500h4v4h-4zM2.5 9.500h4v4h-4zM9.5 9.500h4v4h-4z" />,
} as const satisfies Record<string, ReactNode>;

export type IconName = keyof typeof DRAWINGS;

export interface IconProps {
  readonly name: IconName;
  readonly size?: number;
  readonly className?: string;
}

/** Decoration only: the control around it carries the accessible name. */
export const Icon = memo(function Icon({ name, size = 16, className }: IconProps) {
  return (
    <svg
      className={className === undefined ? 'icon' : `icon ${className}`}
      width={size}
      height={size}
      viewBox="0 0 16 16"
      aria-hidden="true"
    >
      {DRAWINGS[name]}
    </svg>
  );
});
