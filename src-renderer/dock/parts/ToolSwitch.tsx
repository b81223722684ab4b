/** Switches something of a panel in its row of tools: by its name, or by an icon where there is no room for names. */
import { IconButton } from '#renderer/ui/Button.tsx';
import type { IconName } from '#renderer/ui/Icon.tsx';
import '../tools.css';

export function ToolSwitch(props: {
  readonly name: string;
  readonly icon: IconName;
  /** What it does, where the name does not say all of it. */
  readonly about?: string;
  readonly isOn: boolean;
  readonly onChange: (isOn: boolean) => void;
}) {
  const { name, icon, about, isOn, onChange } = props;
  const change = (): void => onChange(!isOn);
  return (
    <>
      <button
        type="button"
        className="tool-button wide-only"
        aria-pressed={isOn}
        title={about}
        onClick={change}
      >
        {name}
      </button>
      <IconButton
        small
        className="narrow-only"
        icon={icon}
        label={name}
        tip={about ?? name}
        pressed={isOn}
        onClick={change}
      />
    </>
  );
}
