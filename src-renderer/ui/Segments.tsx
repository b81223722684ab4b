/** One of a few modes, all in sight. */
import { ToggleGroup } from 'radix-ui';
import type { ReactNode } from 'react';
import './Segments.css';

export function Segments<T extends string>(props: {
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly label: ReactNode }[];
  readonly onChange: (value: T) => void;
  readonly label: string;
}) {
  return (
    <ToggleGroup.Root
      type="single"
      className="segments"
      aria-label={props.label}
      value={props.value}
      onValueChange={(next) => {
        const chosen = props.options.find((option) => option.value === next);
        if (chosen) props.onChange(chosen.value);
      }}
    >
      {props.options.map((option) => (
        <ToggleGroup.Item key={option.value} value={option.value}>
          {option.label}
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  );
}
