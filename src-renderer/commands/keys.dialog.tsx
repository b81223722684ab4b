/** `?`: every key there is, from the commands themselves, and what the mouse does. */
import { closeDialog } from '../app/appStore.ts';
import { defineDialog } from '../app/defineDialog.ts';
import { Dialog } from '../ui/Dialog.tsx';
import { Keys } from '../ui/Keys.tsx';
import { COMMAND_GROUPS } from './defineCommand.ts';
import { commands } from './registry.ts';
import './keys.dialog.css';

const MOUSE: readonly (readonly [string, string])[] = [
  ['Drag on empty canvas', 'Select in a box'],
  ['Space + drag, middle button', 'Move the view'],
  ['Wheel', 'Zoom'],
  ['Double-click', 'Add a layer'],
  ['Drop a wire on empty canvas', 'Add a layer and wire it'],
  ['Drop a layer on a wire', 'Put it in between'],
  ['Alt + drag', 'Duplicate, without the grid'],
  ['Drag a label', 'Change its number'],
  ['Double-click a label', 'Back to the default'],
];

function KeysDialog() {
  const list = [...commands().values()].filter((command) => command.keys !== undefined);
  return (
    <Dialog open onClose={closeDialog} title="Keyboard shortcuts" wide readOnly>
      <div className="key-table">
        {COMMAND_GROUPS.map((group) => {
          const members = list.filter((command) => command.group === group);
          if (members.length === 0) return null;
          return (
            <section key={group} className="key-group">
              <h3>{group}</h3>
              <ul>
                {members.map(({ id, title, keys = [] }) => (
                  <li key={id}>
                    <span>{title}</span>
                    {keys[0] !== undefined && <Keys keys={keys[0]} />}
                  </li>
                ))}
              </ul>
            </section>
          );
        })}
        <section className="key-group">
          <h3>Mouse</h3>
          <ul>
            {MOUSE.map(([gesture, effect]) => (
              <li key={gesture}>
                <span>{effect}</span>
                <span className="t3">{gesture}</span>
              </li>
            ))}
          </ul>
        </section>
      </div>
    </Dialog>
  );
}

export default defineDialog({
  id: 'keys',
  command: {
    id: 'help.keys',
    title: 'Keyboard shortcuts',
    group: 'Help',
    keys: ['?'],
    icon: 'keyboard',
  },
  Component: KeysDialog,
});
