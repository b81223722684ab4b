/** The script of a page that runs a model: takes the model out of the page, opens it, and shows what it asks for. */
import '#renderer/ui/tokens.css';
import './styles/page.css';
import './styles/controls.css';
import './styles/inputs.css';
import './styles/outputs.css';
import { openPlayer } from '#engine/export/player/executor.ts';
import type { PlayerModel } from '#engine/export/player/model.ts';
import { errorMessage } from '#engine/ir/errors.ts';
import { element } from './dom.ts';
import { pageView } from './page.ts';
import { followTheme } from './theme.ts';

followTheme();
const text = document.getElementById('model')?.textContent ?? '';
// Written by the exporter of the same version.
const model = JSON.parse(text) as PlayerModel;
openPlayer(model).then(
  (player) => document.body.append(pageView(player)),
  (error: unknown) => {
    const why = `This browser cannot run the model: ${errorMessage(error)}. It needs WebAssembly with SIMD.`;
    document.body.append(element('p', { class: 'refused', role: 'alert' }, why));
  },
);
