/** What a run answers for a sample of somebody's own, as people read it. Plain data. */

/** What one head answers. `loss` names the head. */
export type ToldAnswer =
  | {
      readonly kind: 'classes';
      readonly loss: string;
      readonly name: string;
      /** The most likely first; of many the first ones. */
      readonly classes: readonly { readonly name: string; readonly probability: number }[];
      /** How many there are. */
      readonly count: number;
    }
  | {
      readonly kind: 'numbers';
      readonly loss: string;
      readonly name: string;
      /** In the units of the data; of many the first ones. */
      readonly values: readonly { readonly name: string; readonly value: number }[];
      readonly count: number;
      /** Of one sample: `[C, H, W]` is a picture. */
      readonly shape: readonly number[];
    };
