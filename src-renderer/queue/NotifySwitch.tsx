/** Whether the system says that the queue is done. Asked for by this switch alone, never by itself. */
import { useState } from 'react';
import { Switch } from '../ui/Switch.tsx';
import { isNotifying, notifyFromNowOn } from './notify.ts';

export function NotifySwitch() {
  const [on, setOn] = useState(isNotifying);
  if (typeof Notification === 'undefined') return null;
  return (
    <span className="queue-notify">
      <Switch
        checked={on}
        label="Notify when the queue is done"
        onChange={(wanted) => void notifyFromNowOn(wanted).then(setOn)}
      />
      Notify when done
    </span>
  );
}
