import 'react';

declare module 'react' {
  interface CSSProperties {
    /** Custom properties are how components hand values to the style sheets. */
    [name: `--${string}`]: string | number | undefined;
  }
}
