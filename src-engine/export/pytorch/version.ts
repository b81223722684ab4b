/** The oldest PyTorch that a project runs with: the one that first has all of its layers and optimisers. */
import { chosenOptimizer } from '#engine/compile/optimizer.ts';
import type { Code } from './code.ts';

/** What runs on this one needs no newer one. */
const OLDEST = '1.13';

const isNewer = (one: string, other: string): boolean => {
  const [[major = 0, minor = 0], [otherMajor = 0, otherMinor = 0]] = [
    one.split('.').map(Number),
    other.split('.').map(Number),
  ];
  return major > otherMajor || (major === otherMajor && minor > otherMinor);
};

export function torchVersion(code: Code, isTrained: boolean): string {
  const { analysis } = code.wiring;
  const ofLayers = analysis.live.map((id) => {
    const { definition, attrs } = code.wiring.node(id);
    return definition?.torchSince?.(attrs);
  });
  const ofOptimizers = code.parts.map(
    ({ objective: { objective } }) => chosenOptimizer(objective).definition.torchSince,
  );
  return [...ofLayers, ...(isTrained ? ofOptimizers : [])].reduce<string>(
    (newest, each) => (each !== undefined && isNewer(each, newest) ? each : newest),
    OLDEST,
  );
}
