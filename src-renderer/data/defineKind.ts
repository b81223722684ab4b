/**
 * What the Data view states of one kind of data: what it shows of it. `kinds/ID.kind.tsx` has one as its default
 * export, named like the kind of profile that it draws; kinds.ts finds those files.
 */
import type { ComponentType } from 'react';
import type { DataProfile } from '#engine/protocol/profileContract.ts';
import type { IconName } from '../ui/Icon.tsx';
import type { ChosenData } from './chosenData.ts';

export type ProfileKind = DataProfile['kind'];
export type ProfileOf<K extends ProfileKind> = Extract<DataProfile, { readonly kind: K }>;

export interface PartProps<K extends ProfileKind> {
  readonly data: ChosenData;
  readonly profile: ProfileOf<K>;
}

export interface KindDefinition<K extends ProfileKind> {
  /** Of its profiles, and the name of the file. */
  readonly id: K;
  readonly icon: IconName;
  /** `891 rows, 13 columns` */
  readonly size: (profile: ProfileOf<K>) => string;
  /** What fills the middle, its header included. */
  readonly Work: ComponentType<PartProps<K>>;
  /** What stands at the right. */
  readonly Side: ComponentType<PartProps<K>>;
  /** Facts of the status bar. */
  readonly Status: ComponentType<PartProps<K>>;
}

/** Any of them: it is given profiles of its own kind alone. */
export type AnyKind = KindDefinition<ProfileKind>;

export function defineKind<K extends ProfileKind>(kind: KindDefinition<K>): AnyKind {
  // Which is found by the kind of the profile that it is then given (kindOf).
  return kind as unknown as AnyKind;
}
