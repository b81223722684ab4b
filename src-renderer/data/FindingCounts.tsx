/** How many things would make a result false, and how many may. */
import type { Finding } from '#engine/protocol/profileContract.ts';
import { formatCount } from '../ui/format.ts';
import { Icon } from '../ui/Icon.tsx';

export const countOf = (findings: readonly Finding[], severity: Finding['severity']): number =>
  findings.filter((finding) => finding.severity === severity).length;

export function FindingCounts({ findings }: { readonly findings: readonly Finding[] }) {
  const danger = countOf(findings, 'danger');
  const warnings = countOf(findings, 'warning');
  return (
    <>
      {danger > 0 && (
        <span className="danger">
          <Icon name="error" size={12} />
          {formatCount(danger, 'danger')}
        </span>
      )}
      {warnings > 0 && (
        <span className="warn">
          <Icon name="warning" size={12} />
          {formatCount(warnings, 'warning')}
        </span>
      )}
    </>
  );
}
