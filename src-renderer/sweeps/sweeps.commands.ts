/** Sweeps that need no form: the same network again with other seeds, and without each of its layers. */
import { toast } from 'sonner';
import { errorMessage } from '#engine/ir/errors.ts';
import { searchProposals } from '#engine/search/index.ts';
import { defineCommand } from '../commands/defineCommand.ts';
import { lineOfField, openSweepOf } from '../inspector/SweepThis.tsx';
import { documentStore } from '../state/document.ts';
import { DESIGN } from '../state/frontView.ts';
import { showSweep } from './shownSweep.ts';
import { startSweep } from './startSweep.ts';

async function begin(id: string): Promise<void> {
  const { document } = documentStore.getState();
  const proposal = searchProposals(document).find((each) => each.id === id);
  if (!proposal) {
    toast.error('The network as it is cannot be searched so: mend its errors first.');
    return;
  }
  try {
    const sweep = await startSweep(document, { ...proposal, stopping: null, minutes: null });
    showSweep(sweep.id);
  } catch (error) {
    toast.error(errorMessage(error));
  }
}

export default [
  defineCommand({
    id: 'sweeps.this',
    title: 'Sweep this setting',
    group: 'Training',
    icon: 'sweep',
    keys: ['$mod+Alt+s'],
    inText: true,
    view: DESIGN,
    keywords: ['field', 'values', 'search', 'inspector'],
    when: () => lineOfField() !== null,
    run: () => {
      const line = lineOfField();
      if (line !== null) openSweepOf(line);
    },
  }),
  defineCommand({
    id: 'sweeps.seeds',
    title: 'Repeat with 5 seeds',
    group: 'Training',
    keywords: ['again', 'chance', 'variance', 'seed', 'replicate'],
    run: () => begin('seeds'),
  }),
  defineCommand({
    id: 'sweeps.ablation',
    title: 'Ablation: what each layer is worth',
    group: 'Training',
    keywords: ['bypass', 'leave out', 'remove', 'importance'],
    run: () => begin('ablation'),
  }),
];
