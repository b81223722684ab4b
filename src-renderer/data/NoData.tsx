/** A document without data: where it could come from. */
import { Button } from '../ui/Button.tsx';
import { pickFiles, pickFolder } from './droppedFiles.ts';

export function NoData() {
  return (
    <div className="data-none">
      <h2>There is no data yet</h2>
      <p>
        Drop a table or a folder of pictures here, paste rows of a table, or choose one of the sets
        at the left.
      </p>
      <div>
        <Button icon="file" onClick={pickFiles}>
          Choose a file
        </Button>
        <Button icon="folder" onClick={pickFolder}>
          Choose a folder
        </Button>
      </div>
    </div>
  );
}
