/** How fast a run goes and how much of it is shown, with what that costs now. */
import { useStore } from 'zustand';
import { errorMessage } from '#engine/ir/errors.ts';
import type { TrainingPace, Watching, WatchLevel, WatchReport } from '#engine/protocol/watching.ts';
import { toast } from 'sonner';
import { bridge } from '../bridge/index.ts';
import { runStore, shownRun } from '../state/runs.ts';
import { chooseWatching, watchingStore } from '../state/watching.ts';
import { Icon } from '../ui/Icon.tsx';
import { Menu, type MenuEntry } from '../ui/Menu.tsx';
import { formatFixed, formatPercent } from '../ui/format.ts';
import { Segments } from '../ui/Segments.tsx';
import './WatchControl.css';

const PACES: readonly { readonly value: TrainingPace; readonly label: string }[] = [
  { value: 'full', label: 'Full speed' },
  { value: 'realTime', label: 'Real time' },
  { value: 'slow', label: 'Slow' },
];

const LEVELS: readonly {
  readonly value: WatchLevel;
  readonly label: string;
  readonly aside: string;
}[] = [
  { value: 'full', label: 'Full', aside: 'up to a quarter of the time' },
  { value: 'balanced', label: 'Balanced', aside: 'up to a twentieth' },
  { value: 'off', label: 'Off', aside: 'first and last step only' },
];

const LIMITS: Readonly<Record<WatchReport['limit'], string>> = {
  rate: 'As often as the screen has use for.',
  share: 'More would take more of the time than it may.',
  steps: 'Every step is shown.',
};

function choose(change: Partial<Watching>): void {
  chooseWatching(bridge, change).catch((error: unknown) => {
    toast.error(errorMessage(error));
  });
}

export function WatchControl() {
  const { level, pace } = useStore(watchingStore);
  const report = useStore(runStore, (state) => {
    const progress = shownRun(state)?.progress;
    return progress?.state === 'running' ? progress.watching : undefined;
  });
  const entries: readonly MenuEntry[] = [
    { kind: 'label', title: 'Watching' },
    ...LEVELS.map(({ value, label, aside }) => ({
      kind: 'item' as const,
      id: value,
      title: label,
      aside,
      checked: value === level,
      one: true,
      run: () => choose({ level: value }),
    })),
    ...(report
      ? [
          { kind: 'line' as const },
          { kind: 'label' as const, title: `${rateOf(report)}, ${costOf(report)} of the time` },
          { kind: 'label' as const, title: LIMITS[report.limit] },
        ]
      : []),
  ];
  const current = LEVELS.find(({ value }) => value === level)?.label ?? level;
  return (
    <>
      <Menu entries={entries}>
        <button type="button" className="watch-button" aria-label={`Watching: ${current}`}>
          <span>
            Watching <b>{current}</b>
          </span>
          {report && (
            <span className="watch-cost">
              {rateOf(report)} · {costOf(report)}
            </span>
          )}
          <Icon name="chevronDown" size={12} />
        </button>
      </Menu>
      <Segments
        label="Pace"
        value={pace}
        options={PACES}
        onChange={(next) => choose({ pace: next })}
      />
    </>
  );
}

const rateOf = ({ snapshotsPerSecond }: WatchReport): string =>
  `${formatFixed(snapshotsPerSecond, snapshotsPerSecond < 10 ? 1 : 0)}/s`;
const costOf = ({ share }: WatchReport): string => formatPercent(share, 0);
