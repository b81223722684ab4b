/**
 * What waits to be trained: calls and events of the queue. An entry becomes an ordinary run when its turn
 * comes; what it told and came to is the run's (contracts/runs.ts).
 */
import type { NetworkDocument } from '#engine/ir/document.ts';
import type { QueueEntryState } from '../queueState.ts';
import type { RunOrigin } from '../run.ts';
import type { ProjectName } from './data.ts';

export interface QueueEntry {
  readonly id: string;
  readonly name: string;
  readonly state: QueueEntryState;
  /** Once it has begun; kept while it waits to go on from its checkpoint. */
  readonly runId: string | null;
  /** Entries that belong together, such as the trials of a sweep. */
  readonly group: string | null;
  readonly tags: readonly string[];
  readonly documentId: string | null;
  readonly projectName: string;
  readonly addedAt: string;
  /** How long it trained; null while it is not over, and where it never began. */
  readonly elapsedMs: number | null;
  /** What it left on the disk, in bytes; null like `elapsedMs`. */
  readonly sizeBytes: number | null;
  /** Why it ended as it did, or waits again. */
  readonly reason: string | null;
  /** Another Netloom of this machine has it and trains it. */
  readonly elsewhere: boolean;
}

/** Why nothing more is begun: a person said so, or there is no room or no record to train into. */
export interface QueueHold {
  readonly by: 'user' | 'disk' | 'record';
  /** For people; empty where a person said so. */
  readonly message: string;
}

/** What runs take on the disk, what they may still take, and what those that wait will. */
export interface QueueRoom {
  readonly usedBytes: number;
  /** To the limit of the settings, or to what is left free of the disk. */
  readonly leftBytes: number;
  readonly expectedBytes: number;
}

export interface QueueState {
  /** Those that are over, oldest end first; what trains; what waits, in its order. */
  readonly entries: readonly QueueEntry[];
  readonly hold: QueueHold | null;
  /** Null until it was looked at. */
  readonly room: QueueRoom | null;
}

export interface QueueRequest {
  readonly document: NetworkDocument;
  /** Whose data it may read, as for `training.start`. */
  readonly project?: ProjectName;
  /** Of the run; the project's name and a number where nothing is said. */
  readonly name?: string;
  /** Begins with what another run came to, or was at one of its checkpoints. */
  readonly from?: RunOrigin;
  /** Of the run, too. */
  readonly tags?: readonly string[];
  readonly group?: string;
}

export interface QueueCalls {
  'queue.list'(input: null): QueueState;
  /** At the end, or before everything that waits. Fails with InputError where a document has problems. */
  'queue.add'(input: {
    readonly entries: readonly QueueRequest[];
    readonly next?: boolean;
  }): readonly string[];
  /** Waiting entries, in this order, before another one or (null) to the end. */
  'queue.move'(input: { readonly ids: readonly string[]; readonly before: string | null }): null;
  /** What waits is taken out, what trains is stopped. */
  'queue.cancel'(input: { readonly ids: readonly string[] }): null;
  /** What is over without having finished waits again, where it began from its checkpoint. */
  'queue.retry'(input: { readonly ids: readonly string[] }): null;
  /** Nothing more is begun; what trains goes on. */
  'queue.pause'(input: null): null;
  'queue.resume'(input: null): null;
  /** Those that are over are shown no more; their runs stay. */
  'queue.clear'(input: null): null;
}

export interface QueueEvents {
  /** Told a little later than it happens, so that much at once is told once. */
  'queue.changed': QueueState;
}
