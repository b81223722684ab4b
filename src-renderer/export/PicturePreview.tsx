/** The right side of the dialog for pictures: the picture itself, as it will be in the file. */
import { useEffect, useState } from 'react';
import { errorMessage } from '#engine/ir/errors.ts';
import type { PreparedExport } from '#engine/protocol/index.ts';
import { fetchFile } from '../app/fetchFile.ts';
import { formatBytes, formatInteger } from '../ui/format.ts';
import './PicturePreview.css';

type Shown = { readonly url: string } | { readonly failure: string } | null;

export function PicturePreview(props: {
  readonly prepared: PreparedExport;
  readonly mediaType: string;
}) {
  const { file, report } = props.prepared;
  const shown = useFile(props);
  const { picture, notes } = report;
  return (
    <section className="export-part picture-preview" aria-label="Preview">
      <h3>
        Preview
        {picture && (
          <span className="t2">
            {formatInteger(picture.widthPx)} × {formatInteger(picture.heightPx)} px,{' '}
            {formatBytes(file.sizeBytes)}
          </span>
        )}
      </h3>
      {shown && 'url' in shown && <img src={shown.url} alt="The graph as it is drawn" />}
      {shown && 'failure' in shown && <p role="alert">{shown.failure}</p>}
      {notes.map((note) => (
        <p key={note} className="t2">
          {note}
        </p>
      ))}
    </section>
  );
}

/** The file where the browser finds it; null until it has come. */
function useFile({ prepared, mediaType }: Parameters<typeof PicturePreview>[0]): Shown {
  const [shown, setShown] = useState<Shown>(null);
  const { file } = prepared;
  useEffect(() => {
    let url: string | null = null;
    let isWanted = true;
    fetchFile(file, mediaType).then(
      (blob) => {
        if (!isWanted) return;
        url = URL.createObjectURL(blob);
        setShown({ url });
      },
      (error: unknown) => isWanted && setShown({ failure: errorMessage(error) }),
    );
    return () => {
      isWanted = false;
      if (url !== null) URL.revokeObjectURL(url);
    };
  }, [file, mediaType]);
  return shown;
}
