/** The title bar's switch between views; nothing where there is but one. */
import { Icon } from '../ui/Icon.tsx';
import { Tooltip } from '../ui/Tooltip.tsx';
import type { ViewDefinition } from './defineView.ts';
import { useViews } from './useViews.ts';
import { showView } from '../state/frontView.ts';
import './viewSwitch.css';

export function ViewSwitch({ all }: { readonly all?: readonly ViewDefinition[] }) {
  const { offered: every, front } = useViews(all);
  const offered = every.filter(({ within }) => within === undefined);
  const shown = front?.within ?? front?.id;
  if (offered.length < 2) return null;
  return (
    <nav className="view-switch" aria-label="Views">
      {offered.map(({ id, label, icon, shortcut }) => {
        const button = (
          <button
            key={id}
            type="button"
            aria-current={id === shown ? 'page' : undefined}
            onClick={() => showView(id)}
          >
            <Icon name={icon} size={14} />
            {label}
          </button>
        );
        return shortcut === undefined ? (
          button
        ) : (
          <Tooltip key={id} text={label} keys={shortcut}>
            {button}
          </Tooltip>
        );
      })}
    </nav>
  );
}
