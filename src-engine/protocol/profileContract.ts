/**
 * What data is like before anything is made of it: columns or pictures, and what would make a result false. Plain
 * data; made in the process that reads data, shown by the Data view and `netloom datasets profile`. Nothing here says
 * what a network gets: see tablePreview.ts.
 */
import type { JsonValue } from '../ir/attrs.ts';
import type { SplitSettings } from '../ir/batches.ts';
import type { SourceRequest } from './dataContract.ts';

export interface ProfileRequest extends SourceRequest {
  /** First rows of a table, as they stand in the file. At most 200. */
  readonly rowsShown: number;
  /** Of the document: which rows are held out. Absent: as a new document has them. */
  readonly split?: SplitSettings;
  readonly seed?: number;
}

export type DataProfile = TableProfile | PictureProfile;

/** How a file was cut, what it weighs: in order to be shown. */
export interface FileFact {
  readonly label: string;
  readonly text: string;
}

export interface TableProfile {
  readonly kind: 'table';
  readonly file: readonly FileFact[];
  readonly rows: number;
  /**
   * Distributions, quartiles, what columns tell of each other and findings are of so many rows, drawn at random; all of
   * them where it is `rows`. Counts, smallest, largest and means are always of all.
   */
  readonly rowsLookedAt: number;
  /** All of the file, in its order. */
  readonly columns: readonly ColumnProfile[];
  readonly target: ProfileTarget | null;
  readonly task: 'classification' | 'regression' | null;
  /** Of the target, the most frequent first, at most 50; none where it is a number. */
  readonly classes: readonly { readonly name: string; readonly count: number }[];
  /** The gravest first. */
  readonly findings: readonly Finding[];
  /** As they stand in the file, by column; null is missing. */
  readonly firstRows: readonly (readonly (string | null)[])[];
}

export interface ProfileTarget {
  readonly index: number;
  readonly name: string;
  readonly why: string;
  /** Nobody named it. */
  readonly isGuess: boolean;
  /** Others that would do, the best first. */
  readonly runnersUp: readonly {
    readonly index: number;
    readonly name: string;
    readonly why: string;
  }[];
}

export type ColumnType = 'integer' | 'number' | 'date' | 'yesNo' | 'category' | 'text' | 'empty';

/** What a column is used as now, by options or by guess. */
export type ProfileRole =
  'feature' | 'target' | 'id' | 'ignore' | 'group' | 'time' | 'part' | 'weight';

export interface ColumnProfile {
  readonly index: number;
  readonly name: string;
  readonly type: ColumnType;
  readonly role: ProfileRole;
  /** Of a guess, or what leaves it out. */
  readonly roleWhy?: string;
  /** Cells. */
  readonly missing: number;
  /** Different values. */
  readonly distinct: number;
  readonly distinctIsApproximate?: boolean;
  readonly distribution: Distribution | null;
  readonly numbers?: NumberFacts;
  readonly withTarget?: {
    /** Mutual information with the target, both in bins, less what chance would give. */
    readonly bits?: number;
    /** Pearson's, of a number with a number. */
    readonly correlation?: number;
  };
}

/** `ofTarget`: how many of them are of the second class, of a target that has two. */
export type Distribution =
  | {
      readonly kind: 'numbers';
      /** Ends of bins of equal width: quantiles 0.5 and 99.5 %; what lies beyond is in the outer bins. */
      readonly low: number;
      readonly high: number;
      readonly counts: readonly number[];
      readonly ofTarget?: readonly number[];
    }
  | {
      readonly kind: 'words';
      /** The most frequent first. */
      readonly words: readonly {
        readonly word: string;
        readonly count: number;
        readonly ofTarget?: number;
      }[];
      /** Cells with other words. */
      readonly others: number;
    };

/** Of dates: years with decimals. */
export interface NumberFacts {
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  /** Of the population. */
  readonly standardDeviation: number;
  readonly median: number;
  readonly q1: number;
  readonly q3: number;
  readonly skew: number;
  readonly zeros: number;
  /** Further from the quartiles than three times their distance. */
  readonly outliers: number;
}

export interface Finding {
  /** `profile.leak`, `profile.constant`: one for each kind of finding. */
  readonly code: string;
  /** `danger`: a result would be false; `warning`: it may be. */
  readonly severity: 'danger' | 'warning' | 'info';
  /** Places of the columns it is about. */
  readonly columns: readonly number[];
  /** With the count: `Alive equals the target in 891 of 891 rows.` */
  readonly message: string;
  readonly consequence?: string;
  readonly fixes: readonly FindingFix[];
}

/** Settings that mend it: options of the source, and of the document's split. */
export interface FindingFix {
  readonly label: string;
  readonly options: Readonly<Record<string, JsonValue>>;
  readonly split?: Partial<SplitSettings>;
}

export type PartName = 'train' | 'validation' | 'test';

export interface PictureProfile {
  readonly kind: 'pictures';
  readonly file: readonly FileFact[];
  readonly count: number;
  readonly shape: readonly [channels: number, height: number, width: number];
  /** One without a name where pictures have no class. */
  readonly classes: readonly {
    readonly name: string;
    readonly parts: Readonly<Record<PartName, number>>;
    /** Rows of up to seven of them. */
    readonly samples: readonly number[];
  }[];
  /** Of training pictures, 0..1; of at most so many of them. */
  readonly channels: readonly ChannelFacts[];
  readonly channelsOf: number;
  /** Nearly the same: between parts first, the most alike first, at most 50. */
  readonly duplicates: readonly {
    /** 1 is the same. */
    readonly similarity: number;
    readonly rows: readonly [a: number, b: number];
    readonly parts: readonly [a: PartName, b: PartName];
    readonly classes: readonly [a: string, b: string];
  }[];
  readonly duplicateCount: number;
  readonly duplicatesBetweenParts: number;
  readonly findings: readonly Finding[];
  /** Those that are named above. */
  readonly pictures: readonly {
    readonly row: number;
    /** u8 `[C, H, W]`. */
    readonly pixels: Uint8Array;
  }[];
}

export interface ChannelFacts {
  readonly mean: number;
  readonly standardDeviation: number;
  readonly min: number;
  readonly max: number;
  /** 64 bins of 0..1. */
  readonly histogram: readonly number[];
}
