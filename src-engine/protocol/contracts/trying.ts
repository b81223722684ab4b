/** Calls about trying a run: on a sample of somebody's own, and on cases that were saved. */
import type { Problem } from '#engine/ir/problem.ts';
import type { GenerateReply, Writing } from '../engineContract.ts';
import type { ToldAnswer } from '../ownSamples.ts';
import type { RunCheckpoint } from '../run.ts';
import type { WhichWeights } from './exports.ts';

/** What somebody hands over, as it is before anything is prepared. */
export type OwnInput =
  /** Cells of one row, by the columns of the file. */
  | { readonly kind: 'row'; readonly cells: Readonly<Record<string, string>> }
  | { readonly kind: 'numbers'; readonly values: readonly number[] }
  | { readonly kind: 'text'; readonly text: string }
  /** The last rows of a series, as CSV. */
  | { readonly kind: 'series'; readonly text: string }
  /** A file: PNG, JPEG, WebP, TIFF, GIF. `invert`: dark on light, where light on dark was learned. */
  | { readonly kind: 'picture'; readonly bytes: Uint8Array; readonly invert?: boolean }
  /** u8 `[C, H, W]` of the network's own size: drawn, or of the data. */
  | { readonly kind: 'pixels'; readonly pixels: Uint8Array };

/** What a run is to be asked by. */
export type TryForm =
  | {
      readonly kind: 'row';
      readonly columns: readonly TryColumn[];
      readonly target: TryTarget | null;
    }
  | {
      readonly kind: 'numbers';
      readonly names: readonly string[];
      readonly target: TryTarget | null;
    }
  /** `writes`: it goes on with a text, and learned the next token alone, or that after each. */
  | {
      readonly kind: 'text';
      readonly target: TryTarget | null;
      readonly writes?: 'next' | 'sequence';
    }
  | {
      readonly kind: 'series';
      readonly columns: readonly string[];
      readonly window: number;
      readonly target: TryTarget | null;
    }
  | {
      readonly kind: 'picture';
      readonly shape: readonly [channels: number, height: number, width: number];
      readonly target: TryTarget | null;
    }
  /** Why it cannot be tried here. */
  | { readonly kind: 'none'; readonly reason: string };
export interface TryColumn {
  readonly name: string;
  readonly kind: 'number' | 'words' | 'date';
  /** All that training knows; absent where no step looks them up. */
  readonly words?: readonly string[];
  /** Of numbers and dates, over the training rows. */
  readonly range?: readonly [low: number, high: number];
}
export interface TryTarget {
  readonly name: string;
  readonly classes?: readonly string[];
}

export interface TrySubject {
  readonly form: TryForm;
  /** By step, as `runs.checkpoints` answers them. */
  readonly checkpoints: readonly RunCheckpoint[];
}
/** A sample to begin with. */
export interface TryExample {
  /** Null where the data does not tell samples in a form that can be handed over: texts. */
  readonly input: OwnInput | null;
  readonly part: 'validation' | 'training';
  /** What is right, in words. */
  readonly expected: string | null;
  /** What each number of the form, or each column, lies in over the training rows; null where that is not known. */
  readonly ranges: readonly (readonly [low: number, high: number] | null)[];
}

/** What reached the network. */
export type WhatItGot =
  | {
      readonly kind: 'numbers';
      /** In the units of the data, and as the network gets it; of many the first ones. */
      readonly slots: readonly {
        readonly name: string;
        readonly value: number;
        readonly scaled: number;
      }[];
      readonly count: number;
    }
  | { readonly kind: 'picture'; readonly shape: readonly number[]; readonly pixels: Uint8Array }
  | {
      readonly kind: 'tokens';
      readonly tokens: readonly { readonly text: string; readonly isKnown: boolean }[];
      readonly count: number;
    };

export interface NearSample {
  readonly row: number;
  readonly distance: number;
  /** What it is, in words; null without a label. */
  readonly label: string | null;
  readonly got: WhatItGot;
}
export type Nearest =
  | {
      readonly kind: 'found';
      readonly samples: readonly NearSample[];
      readonly searched: number;
      readonly total: number;
      readonly measure: 'euclidean' | 'differing';
    }
  | { readonly kind: 'unknown'; readonly problem: Problem };

export interface TryAnswer {
  readonly weights: { readonly which: RunCheckpoint['which']; readonly step: number };
  readonly answers: readonly ToldAnswer[];
  /** What is odd about the input, a sentence each. */
  readonly notes: readonly string[];
  readonly got: readonly WhatItGot[];
}

/** A sample that is kept, with what is right about it. */
export interface TryCase {
  readonly id: string;
  readonly name: string;
  readonly input: OwnInput;
  /** A class, or a number; null: it is only looked at. */
  readonly expected: string | null;
  /** How far a number may be off. */
  readonly tolerance?: number;
  readonly createdAt: string;
}
export interface CaseResult {
  readonly id: string;
  /** `answered`: nothing was expected. `refused`: the run cannot take it. */
  readonly outcome: 'passed' | 'failed' | 'answered' | 'refused';
  /** What the run says, in words. */
  readonly answer: string | null;
  /** Of a class: how sure it is. */
  readonly probability?: number;
  readonly problem?: Problem;
}

/** A run and its weights: the best, or where there are none the last. */
export interface TryRun {
  readonly runId: string;
  readonly which?: WhichWeights;
}

export interface TryCalls {
  'try.subject'(input: TryRun): TrySubject;
  /** `index`: another one each time, round and round. */
  'try.example'(input: TryRun & { readonly index: number }): TryExample;
  'try.answer'(input: TryRun & { readonly input: OwnInput }): TryAnswer;
  /** Goes on with a text, of a run whose form says that it writes. */
  'try.write'(input: TryRun & { readonly writing: Writing }): GenerateReply;
  /** The training samples that are most like it: reads the data, which may take longer than the answer. */
  'try.nearest'(input: TryRun & { readonly input: OwnInput; readonly count: number }): Nearest;
  /** Of the project of a run, oldest first. */
  'cases.list'(input: { readonly runId: string }): readonly TryCase[];
  /** Instead of one with this id, or beside the others. */
  'cases.save'(input: { readonly runId: string; readonly case: TryCase }): null;
  'cases.delete'(input: { readonly runId: string; readonly id: string }): null;
  'cases.run'(input: TryRun): readonly CaseResult[];
}
