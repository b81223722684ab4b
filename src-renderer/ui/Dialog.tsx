/** A window over the window: focus stays in it, Escape closes it. */
import { Dialog as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { IconButton } from './Button.tsx';
import './Dialog.css';

export function Dialog(props: {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: string;
  /** Beside the title, quieter. */
  readonly aside?: string;
  readonly description?: string;
  readonly wide?: boolean;
  /** Only to be read: the keyboard scrolls it. */
  readonly readOnly?: boolean;
  readonly children: ReactNode;
  readonly footer?: ReactNode;
}) {
  return (
    <Radix.Root open={props.open} onOpenChange={(open) => (open ? undefined : props.onClose())}>
      <Radix.Portal>
        <Radix.Overlay className="scrim" />
        <Radix.Content
          className={props.wide === true ? 'dialog wide' : 'dialog'}
          // What asks for focus gets it, else the first field; the close button would only show its tooltip.
          onOpenAutoFocus={(event) => {
            const content = event.currentTarget;
            if (!(content instanceof HTMLElement)) return;
            event.preventDefault();
            const first =
              content.querySelector<HTMLElement>('.dialog-body [data-first]') ??
              content.querySelector<HTMLElement>('.dialog-body input');
            (first ?? content).focus();
          }}
          {...(props.description === undefined ? { 'aria-describedby': undefined } : {})}
        >
          <div className="dialog-head">
            <Radix.Title>
              {props.title}
              {props.aside !== undefined && <small className="dialog-aside">{props.aside}</small>}
            </Radix.Title>
            <Radix.Close asChild>
              <IconButton icon="close" label="Close" small />
            </Radix.Close>
          </div>
          <div className="dialog-body" {...(props.readOnly === true ? { tabIndex: 0 } : {})}>
            {props.description !== undefined && (
              <Radix.Description className="t2">{props.description}</Radix.Description>
            )}
            {props.children}
          </div>
          {props.footer !== undefined && <div className="dialog-foot">{props.footer}</div>}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
