/** Opens a record, which brings an old one up to date; says before that it begins. For `runModule.mjs`. */
import { RunStore } from '#main/services/runs/store.ts';

export default function openRecord(path: string): void {
  process.stdout.write('ready');
  new RunStore(path).close();
}
