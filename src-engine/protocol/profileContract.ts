/**
 * What data is like before anything is made of it: columns, pictures, points, series or texts, and what would make a result false. Plain
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

export type DataProfile =
  | TableProfile
  | PictureProfile
  | PointsProfile
  | SeriesProfile
  | TextProfile;

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
  /**
   * Of the target, the most frequent first, at most 50; none where it is a number. `parts`: of the rows looked at, where
   * the split can be told.
   */
  readonly classes: readonly {
    readonly name: string;
    readonly count: number;
    readonly parts?: PartCounts;
  }[];
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
  | 'feature'
  | 'target'
  | 'id'
  | 'ignore'
  | 'group'
  | 'time'
  | 'part'
  | 'weight';

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
  /** Another source that is to read the same file; the options are its own. */
  readonly rowsAs?: string;
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

/** Samples of each part; those that are in none are not counted. */
export type PartCounts = Readonly<Record<PartName, number>>;

export interface ClassCounts {
  readonly name: string;
  readonly parts: PartCounts;
}

/** Numbers without a form of their own: points in a plane, curves, arrays. */
export interface PointsProfile {
  readonly kind: 'points';
  readonly file: readonly FileFact[];
  readonly count: number;
  readonly parts: PartCounts;
  /** Of the two numbers that are drawn. */
  readonly axes: readonly [x: string, y: string];
  /** None where numbers are wanted. */
  readonly classes: readonly ClassCounts[];
  /** At most 1500, spread over all. */
  readonly points: readonly {
    readonly x: number;
    readonly y: number;
    readonly part: PartName | null;
    /** Place in `classes`; -1 is none. */
    readonly label: number;
  }[];
  /** What goes in and what is wanted, number by number, of the training samples; at most 50 of them. */
  readonly numbers: readonly NamedNumbers[];
  /** How many there are of them. */
  readonly width: number;
  readonly findings: readonly Finding[];
}

export interface NamedNumbers {
  readonly name: string;
  readonly isWanted: boolean;
  readonly mean: number;
  /** Of the population. */
  readonly standardDeviation: number;
  readonly min: number;
  readonly max: number;
}

export interface SeriesProfile {
  readonly kind: 'series';
  readonly file: readonly FileFact[];
  /** Windows. */
  readonly count: number;
  readonly parts: PartCounts;
  /** Steps that are known, and of what is wanted the first and the last, counted from the window's first. */
  readonly window: number;
  readonly wanted: { readonly from: number; readonly to: number };
  readonly predict: 'next' | 'horizon' | 'remaining' | 'class';
  readonly columns: readonly (Omit<NamedNumbers, 'isWanted'> & {
    readonly use: 'input' | 'target' | 'both';
    /** `divided by 119.55`; empty: left as it is. */
    readonly scaling: string;
  })[];
  readonly classes: readonly ClassCounts[];
  /** The first twelve of them. */
  readonly series: readonly ShownSeries[];
  readonly seriesCount: number;
  /** Of the shown series, spread over their parts. */
  readonly windows: readonly {
    readonly series: number;
    /** Its first step. */
    readonly start: number;
    readonly part: PartName | null;
  }[];
  /** Times are years with decimals. */
  readonly hasDates: boolean;
  readonly findings: readonly Finding[];
}

export interface ShownSeries {
  /** Its group; empty where there is only one. */
  readonly name: string;
  readonly steps: number;
  readonly firstTime: number;
  readonly lastTime: number;
  /** For each column: steps with their values, thinned to the smallest and the largest of each stretch; null is a gap. */
  readonly lines: readonly {
    readonly at: readonly number[];
    readonly values: readonly (number | null)[];
  }[];
  /** Which part is asked about these steps. */
  readonly stretches: readonly {
    readonly part: PartName;
    readonly from: number;
    readonly to: number;
  }[];
}

export interface TextProfile {
  readonly kind: 'text';
  readonly file: readonly FileFact[];
  /** Samples: texts, or windows over long ones. */
  readonly count: number;
  readonly texts: number;
  readonly parts: PartCounts;
  readonly classes: readonly ClassCounts[];
  readonly tokens: 'words' | 'characters' | 'bytePair';
  readonly output: 'bag' | 'indices';
  /** Tokens of a window, or those that a text is brought to. */
  readonly length: number;
  readonly isWindows: boolean;
  /** Tokens that are known, and places that the network has for them. */
  readonly vocabulary: number;
  readonly width: number;
  readonly tokenCount: number;
  readonly unknown: number;
  /** Of token indices: texts that are cut, tokens that are lost by it, and places that padding fills. */
  readonly cut: {
    readonly texts: number;
    readonly tokens: number;
    readonly padding: number;
  } | null;
  /** At most 40, the most frequent first. */
  readonly frequent: readonly { readonly token: string; readonly count: number }[];
  readonly lengths: {
    readonly median: number;
    readonly longest: number;
    /** 95 of 100 texts are no longer. */
    readonly most: number;
    /** The first bin begins at 0; what is longer than all of them is in the last. */
    readonly step: number;
    readonly counts: readonly number[];
  };
  readonly samples: readonly {
    readonly row: number;
    readonly part: PartName | null;
    /** What is wanted of it; empty: nothing. */
    readonly wanted: string;
    readonly tokens: readonly { readonly text: string; readonly isKnown: boolean }[];
    /** Tokens that are not shown. */
    readonly more: number;
  }[];
  readonly findings: readonly Finding[];
}
