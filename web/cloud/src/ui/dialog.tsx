import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { asProblem } from '../api/problem.ts';
import { words } from '../i18n.ts';
import { Button } from './controls.tsx';
import { ErrorNote } from './states.tsx';

/** A modal dialog; Escape and the cross call onClose. */
export function Dialog(props: {
  label: string;
  isOpen: boolean;
  onClose: () => void;
  children: ComponentChildren;
  footer?: ComponentChildren;
  isPlain?: boolean;
}) {
  // Opened after it is there: only then does it put the focus where it belongs.
  const [isShown, setShown] = useState(false);
  useEffect(() => setShown(props.isOpen), [props.isOpen]);
  function hide(event: Event) {
    // Controls inside (a select) tell of their own hiding by the same name.
    if (event.target === event.currentTarget) props.onClose();
  }
  return (
    <wa-dialog
      label={props.label}
      open={isShown}
      withoutHeader={Boolean(props.isPlain)}
      lightDismiss={Boolean(props.isPlain)}
      onwa-after-hide={hide}
    >
      {props.children}
      {props.footer && (
        <div slot="footer" class="row">
          {props.footer}
        </div>
      )}
    </wa-dialog>
  );
}

/** A question before something that cannot be taken back. */
export function Confirm(props: {
  label: string;
  action: string;
  isOpen: boolean;
  onClose: () => void;
  onConfirm: () => Promise<unknown>;
  isDanger?: boolean;
  children: ComponentChildren;
}) {
  const { t } = words();
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>();
  async function go() {
    setBusy(true);
    setFailure(undefined);
    try {
      await props.onConfirm();
      props.onClose();
    } catch (error) {
      setFailure(asProblem(error));
    } finally {
      setBusy(false);
    }
  }
  const footer = (
    <>
      <Button kind="quiet" onClick={props.onClose}>
        {t('do.cancel')}
      </Button>
      <Button kind={props.isDanger ? 'danger' : 'main'} isBusy={isBusy} onClick={go}>
        {props.action}
      </Button>
    </>
  );
  return (
    <Dialog label={props.label} isOpen={props.isOpen} onClose={props.onClose} footer={footer}>
      <div class="stack">
        {props.children}
        {failure !== undefined && <ErrorNote error={failure} />}
      </div>
    </Dialog>
  );
}
