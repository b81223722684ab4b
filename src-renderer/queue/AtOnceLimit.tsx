/** How many of what waits train side by side at most. */
import { QueueLimit } from './QueueLimit.tsx';

export function AtOnceLimit() {
  return (
    <QueueLimit
      setting="trainAtOnce"
      label="At once"
      unit="runs"
      none="auto"
      help="Small networks train side by side: as many as keep the cores busy, or at most so many"
    />
  );
}
