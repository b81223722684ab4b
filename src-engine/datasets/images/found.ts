/** A picture of a folder, and the order of names. */

export interface FoundPicture {
  readonly path: string;
  /** Below the folder, for messages. */
  readonly name: string;
  readonly label: number;
}
const byNumber = new Intl.Collator('en', { numeric: true });
/** 2 before 10; what the collator takes for the same, by code points. */
export const naturally = (a: string, b: string): number =>
  byNumber.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0);
