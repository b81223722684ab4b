/** What each layer of an ablation was worth: a bar to the right where the network is better with it. */
import type { AblationResult, LayerWorth } from '#engine/search/index.ts';
import { worthShare, worthTone } from '../state/worth.ts';
import '../compare/tables.css';

export function AblationWorth({ result }: { readonly result: AblationResult }) {
  const { layers } = result;
  return (
    <table className="compare-table worth">
      <thead>
        <tr>
          <th scope="col">Layer</th>
          <th scope="col" className="worth-head">
            Better without it, with it
          </th>
          <th scope="col" className="num">
            Worth
          </th>
        </tr>
      </thead>
      <tbody>
        {layers.map((layer) => (
          <tr key={layer.node} title={layer.text}>
            <th scope="row" className="mono">
              {layer.node}
            </th>
            <td className="worth-bar">
              <Bar layer={layer} share={worthShare(result, layer)} />
            </td>
            <td className={tone(layer)}>
              {layer.worth === null ? '–' : layer.words}
              <span className="visually-hidden">. {layer.text}</span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The colour of a figure claims that it is more than chance. */
function tone({ verdict, worth }: LayerWorth): string {
  if (verdict !== 'higher' && verdict !== 'lower') return 'num';
  return (worth ?? 0) > 0 ? 'num better' : 'num worse';
}

function Bar({ layer, share }: { readonly layer: LayerWorth; readonly share: number }) {
  return (
    <svg viewBox="-100 0 200 8" preserveAspectRatio="none" aria-hidden="true">
      <path className="worth-zero" d="M0 0V8" />
      <rect
        className="worth-part"
        data-tone={worthTone(layer)}
        x={(layer.worth ?? 0) < 0 ? -100 * share : 0}
        width={100 * share}
        y={0}
        height={8}
      />
    </svg>
  );
}
