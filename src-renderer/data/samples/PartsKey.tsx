/** Which colour stands for which part. */
import { PARTS } from './parts.ts';
import './samples.css';

export function PartsKey() {
  return (
    <span className="data-sample-key">
      {PARTS.map((part) => (
        <span key={part}>
          <i className={part} /> {part}
        </span>
      ))}
    </span>
  );
}
