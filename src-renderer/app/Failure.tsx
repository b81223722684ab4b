/** In place of a part that failed: what happened, and the way on. The rest of the window stays. */
import type { FallbackProps } from 'react-error-boundary';
import { errorMessage } from '#engine/ir/errors.ts';
import { Button } from '../ui/Button.tsx';

export function Failure({ error, resetErrorBoundary }: FallbackProps) {
  return (
    <div className="empty" role="alert">
      <p>This part stopped working: {errorMessage(error)}. Your project is safe.</p>
      <Button small onClick={resetErrorBoundary}>
        Try again
      </Button>
    </div>
  );
}
