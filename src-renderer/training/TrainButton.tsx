/** The quiet offer to train that stands in empty panels. */
import { Button } from '../ui/Button.tsx';
import { performTraining } from './perform.ts';
import { useControls } from './useControls.ts';
import './TrainingBar.css';

export function TrainButton() {
  const { primary } = useControls();
  if (primary.action !== 'start' && primary.action !== 'recover') return null;
  return (
    <Button small disabled={!primary.enabled} onClick={() => void performTraining(primary.action)}>
      {primary.label}
    </Button>
  );
}
