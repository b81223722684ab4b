/** What leaves Compare or stays for later: the report, tables, a name. */
import { runCommand } from '#renderer/commands/registry.ts';
import { Menu } from '#renderer/ui/Menu.tsx';
import { Button } from '#renderer/ui/Button.tsx';

const FILES = [
  ['html', 'Report as HTML'],
  ['csv', 'Runs as CSV'],
  ['curves.csv', 'Curves as CSV'],
  ['curves.png', 'Curves as PNG'],
  ['curves.svg', 'Curves as SVG'],
  ['values.csv', 'Values as CSV'],
  ['json', 'Everything as JSON'],
] as const;

export function ComparisonActions() {
  return (
    <Menu
      align="end"
      entries={[
        ...FILES.map(([extension, title]) => ({
          kind: 'item' as const,
          id: extension,
          title,
          run: () => void runCommand(`export.comparison.${extension}`),
        })),
        { kind: 'line' },
        {
          kind: 'item',
          id: 'keep',
          title: 'Keep under a name…',
          run: () => void runCommand('compare.keep'),
        },
      ]}
    >
      <Button small>Export</Button>
    </Menu>
  );
}
