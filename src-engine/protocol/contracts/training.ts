/** Calls about what is trained now. */
import type { NetworkDocument } from '#engine/ir/document.ts';
import type { RunOrigin, RunSummary } from '../run.ts';
import type { Watching } from '../watching.ts';
import type { ProjectName } from './data.ts';

export interface TrainingCalls {
  /** Fails with InputError when the document has problems or a run is active. */
  'training.start'(input: {
    readonly document: NetworkDocument;
    readonly paused?: boolean;
    readonly project?: ProjectName;
    /** Begins with what another run came to, or was at one of its checkpoints. */
    readonly from?: RunOrigin;
    /** Or with those of this safetensors file that fit (`uploads.begin`), which is then forgotten. */
    readonly weights?: string;
  }): RunSummary;
  'training.pause'(input: { readonly runId: string }): null;
  'training.resume'(input: { readonly runId: string }): null;
  'training.step'(input: { readonly runId: string }): null;
  'training.stop'(input: { readonly runId: string }): null;
  /** How much is shown and how fast it goes, for all windows; answers what holds now. */
  'training.watch'(input: Partial<Watching>): Watching;
  /**
   * Whether the calling window can be seen, and which runs it shows; it counts as visible, and as showing all,
   * until it says otherwise. Of several that train side by side those that nobody sees draw nothing.
   */
  'training.look'(input: { readonly visible: boolean; readonly runs?: readonly string[] }): null;
  /** The canvas of the calling window moves under a hand; said again while it does (HAND_RESTS_MS). */
  'training.hand'(input: { readonly moves: boolean }): null;
  /** Continues an interrupted or stopped run from its last checkpoint, as the same run. */
  'training.recover'(input: { readonly runId: string }): RunSummary;
}

export interface TrainingEvents {
  'training.watching': Watching;
}
