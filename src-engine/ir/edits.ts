/**
 * Document edits as data: what fixes, scripts and the editor's gestures are made of, so that each can
 * be stored, undone and sent between processes. Applying them is pure (see applyEdits.ts).
 */
import type { RawAttrs } from './attrs.ts';
import type { DocumentNode, PortRef, TrainingSettings, Wire } from './document.ts';

export type DocumentEdit =
  | { readonly kind: 'addNode'; readonly node: DocumentNode }
  /** Removes its wires as well; `heal` joins a single predecessor to the successors. */
  | { readonly kind: 'removeNode'; readonly id: string; readonly heal?: boolean }
  | { readonly kind: 'setAttrs'; readonly id: string; readonly attrs: RawAttrs }
  /** Another kind in its place, with its wires; what of them does not fit is for check/ to say. */
  | {
      readonly kind: 'setType';
      readonly id: string;
      readonly type: string;
      readonly attrs: RawAttrs;
    }
  | { readonly kind: 'renameNode'; readonly id: string; readonly name: string }
  | { readonly kind: 'moveNode'; readonly id: string; readonly x: number; readonly y: number }
  | { readonly kind: 'setBypassed'; readonly id: string; readonly bypassed: boolean }
  /** Absent: weights of its own. */
  | {
      readonly kind: 'setSharing';
      readonly id: string;
      readonly sharesWith?: NonNullable<DocumentNode['sharesWith']>;
    }
  /** An input port holds one wire: a wire already there is replaced. */
  | { readonly kind: 'addWire'; readonly wire: Wire }
  | { readonly kind: 'removeWire'; readonly to: PortRef }
  /** Puts a node into the middle of a wire: `from -> node -> to`. */
  | {
      readonly kind: 'spliceNode';
      readonly to: PortRef;
      readonly node: DocumentNode;
      readonly inPort: string;
      readonly outPort: string;
    }
  | { readonly kind: 'setTraining'; readonly training: Partial<TrainingSettings> }
  | { readonly kind: 'setMeta'; readonly name?: string; readonly notes?: string }
  /** No undo takes it back: it says which document this is, not what is in it. */
  | { readonly kind: 'setIdentity'; readonly id: string; readonly parent?: string };
