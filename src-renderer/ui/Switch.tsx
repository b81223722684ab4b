/** On or off, at once. */
import { Switch as Radix } from 'radix-ui';
import './Switch.css';

export function Switch(props: {
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly label: string;
  readonly id?: string;
  readonly disabled?: boolean;
}) {
  return (
    <Radix.Root
      className="switch"
      checked={props.checked}
      onCheckedChange={props.onChange}
      aria-label={props.label}
      id={props.id}
      disabled={props.disabled === true}
    >
      <Radix.Thumb />
    </Radix.Root>
  );
}
