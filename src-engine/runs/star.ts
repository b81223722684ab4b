/**
 * A starred run has the tag `star`, so that filters and `netloom runs tag` know stars as they know tags; where
 * tags are shown it is set apart. Pure.
 */
export const STAR = 'star';

interface Tagged {
  readonly tags: readonly string[];
}

export const isStarred = ({ tags }: Tagged): boolean => tags.includes(STAR);

/** The tags that people have given. */
export const shownTags = ({ tags }: Tagged): readonly string[] =>
  tags.filter((tag) => tag !== STAR);

export const withStar = (run: Tagged, isOn: boolean): readonly string[] => [
  ...shownTags(run),
  ...(isOn ? [STAR] : []),
];
