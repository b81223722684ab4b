/** What stands where the inside of both runs would: that it is being read, or that there is none, and why. */
import type { ReactNode } from 'react';
import type { Compared } from '../compared.ts';
import { useInside, type Inside } from './useInside.ts';

export function InsideGate(props: {
  readonly compared: Compared;
  readonly children: (inside: Inside) => ReactNode;
}) {
  const inside = useInside(props.compared);
  if (typeof inside !== 'string') return props.children(inside);
  return (
    <div className="empty">
      <p>
        {inside === 'reading'
          ? 'Reading what was recorded of both runs.'
          : 'One of these runs recorded nothing of its inside. Watching has to be on while a run trains.'}
      </p>
    </div>
  );
}
