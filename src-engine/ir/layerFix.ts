/**
 * Fixes as a layer states them: relative to the node that has the problem, since a layer knows
 * neither ids nor wires. check/ turns them into document edits (check/layerFixes.ts).
 */
import type { RawAttrs } from './attrs.ts';
import type { TrainingSettings } from './document.ts';

interface LayerFixBase {
  /** A verb phrase for the button; derived where it is absent (`Insert Flatten`). */
  readonly label?: string;
}

export type LayerFix = LayerFixBase &
  (
    | {
        /** Puts a new node into the wire that ends at `port`. */
        readonly kind: 'insert';
        readonly port: string;
        readonly type: string;
        readonly attrs?: RawAttrs;
      }
    | { readonly kind: 'setAttrs'; readonly attrs: RawAttrs }
    /** Makes whatever feeds `port` this wide: the layer upstream whose `widthAttr` decides it. */
    | { readonly kind: 'setWidth'; readonly port: string; readonly width: number }
    /** Removes the wire at `port`. */
    | { readonly kind: 'disconnect'; readonly port: string }
    /** Takes this node out of the graph and joins its ends. */
    | { readonly kind: 'remove' }
    /** Another layer in the same place, with the same id and the same wires by port position. */
    | { readonly kind: 'replace'; readonly type: string; readonly attrs?: RawAttrs }
    | { readonly kind: 'stopBypass' }
    | { readonly kind: 'setTraining'; readonly training: Partial<TrainingSettings> }
  );
