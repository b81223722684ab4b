/** Writes the panels' titles in their order, each with its place at first, as JSON. For `runModule.mjs`. */
import { panels } from '#renderer/app/panels.ts';

export default function panelTabs(): void {
  process.stdout.write(JSON.stringify(panels.map(({ place, title }) => ({ place, title }))));
}
