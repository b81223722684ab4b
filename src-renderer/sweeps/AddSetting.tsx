/** Any setting of the network, to be varied: a menu of the training and of each node, with the values each begins with. */
import type { NetworkDocument } from '#engine/ir/document.ts';
import { type OfferedGroup, offeredSettings } from '#engine/search/index.ts';
import { Button } from '../ui/Button.tsx';
import { Menu, type MenuEntry } from '../ui/Menu.tsx';

export function AddSetting(props: {
  readonly document: NetworkDocument;
  /** The lines so far: what they vary is not offered twice. */
  readonly texts: readonly string[];
  readonly onAdd: (line: string) => void;
}) {
  const { document, texts, onAdd } = props;
  // Asked when the menu shows: there are hundreds of a large network.
  const entries = (): readonly MenuEntry[] =>
    offeredSettings(document).map((group) => ({
      kind: 'menu',
      title: group.node ?? 'Training',
      entries: settingEntries(group, texts, onAdd),
    }));
  return (
    <Menu align="end" entries={entries}>
      <Button small icon="plus">
        Add a setting
      </Button>
    </Menu>
  );
}

const settingEntries = (
  { settings }: OfferedGroup,
  texts: readonly string[],
  onAdd: (line: string) => void,
): readonly MenuEntry[] =>
  settings.map(({ path, name, line }) => {
    const at = line.indexOf('=');
    const begins = line.slice(0, at + 1);
    return {
      ...{ kind: 'item', id: path, title: name, aside: line.slice(at + 1) },
      disabled: texts.some((text) => text.startsWith(begins)),
      run: () => onAdd(line),
    };
  });
