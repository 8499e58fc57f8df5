/* More actions: the built extensions of a target, and the dialog of one. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { isShown, type Place, runAction, type Target, wordsOf } from './extension.ts';
import { t } from './words.ts';

let known: Promise<Target[]> | undefined;

function extensions(): Promise<Target[]> {
  known ??= fetch('/admin/assets/extensions.json').then((answer) =>
    answer.ok ? answer.json() : [],
  );
  return known;
}

function Dialog({ one, place, onEnd }: { one: Target; place: Place; onEnd: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const root = useRef<HTMLDivElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
    if (!root.current) return;
    const running = runAction(root.current, one, place, () => dialog.current?.close());
    running.answer.catch((error) => {
      if (root.current) root.current.textContent = String(error);
    });
    return running.end;
  }, []);
  return (
    <dialog ref={dialog} onClose={onEnd} aria-label={String(wordsOf(one, place.locale).name)}>
      <div ref={root} />
    </dialog>
  );
}

/** Those of the target whose own condition, if they have one, says yes. */
function useShown(target: string, place: Place, isOpen: boolean): Target[] {
  const [shown, set] = useState<Target[]>([]);
  useEffect(() => {
    if (!isOpen) return;
    let isOver = false;
    set([]);
    void extensions().then(async (all) => {
      const mine = all.filter((one) => one.target === target);
      const answers = await Promise.all(mine.map((one) => isShown(one, place)));
      if (!isOver) set(mine.filter((_, i) => answers[i]));
    });
    return () => {
      isOver = true;
    };
  }, [target, isOpen, place.selected.join()]);
  return shown;
}

export function MoreActions({ target, place }: { target: string; place: Place }) {
  const [isOpen, setOpen] = useState(false);
  const [one, setOne] = useState<Target>();
  const shown = useShown(target, place, isOpen);
  return (
    <div class="menu">
      <button type="button" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        {t('more')} ▾
      </button>
      {isOpen && (
        <ul>
          {shown.map((each) => (
            <li key={each.bundle + each.target}>
              <button
                type="button"
                onClick={() => {
                  setOpen(false);
                  setOne(each);
                }}
              >
                {String(wordsOf(each, place.locale).name)}
              </button>
            </li>
          ))}
        </ul>
      )}
      {one && <Dialog one={one} place={place} onEnd={() => setOne(undefined)} />}
    </div>
  );
}
