/** How a file was cut and understood, as the reader says it. */
import type { DataProfile } from '#engine/protocol/profileContract.ts';

export function FileFacts(props: { readonly facts: DataProfile['file']; readonly readAt: number }) {
  const at = new Date(props.readAt);
  const time = at.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
  return (
    <section className="data-file" aria-label="File">
      <h3 className="data-list-head">
        File <small>read {time}</small>
      </h3>
      <dl>
        {props.facts.map(({ label, text }) => (
          <div key={label} className="data-fact">
            <dt>{label}</dt>
            <dd title={text}>{text}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
