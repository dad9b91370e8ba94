import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

/**
 * Dialog is a modal dialogue of the browser, which keeps the focus inside and closes with Escape. The focus returns to where it
 * was. beside is the button that it belongs to: on a wide window it opens next to it.
 */
export function Dialog(p: { title: string; onClose: () => void; beside?: Element | undefined; wide?: boolean; children: ComponentChildren }) {
  const ref = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const before = document.activeElement;
    const dialog = ref.current!;
    dialog.showModal();
    if (p.beside && innerWidth > 640) {
      const box = p.beside.getBoundingClientRect();
      const above = box.top > innerHeight / 2; // where more room is
      dialog.classList.add("beside");
      dialog.style.right = `${Math.max(8, document.documentElement.clientWidth - box.right)}px`;
      dialog.style[above ? "bottom" : "top"] = `${above ? innerHeight - box.top + 4 : box.bottom + 4}px`;
      dialog.style.maxHeight = `${(above ? box.top : innerHeight - box.bottom) - 12}px`;
    }
    return () => {
      dialog.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={ref}
      class={p.wide ? "wide" : ""}
      aria-labelledby="dialog-title"
      onCancel={(e) => {
        e.preventDefault();
        p.onClose();
      }}
      onClick={(e) => e.target === ref.current && p.onClose()}
    >
      <div class="dialog">
        <h2 id="dialog-title" tabIndex={-1}>{p.title}</h2>
        {p.children}
      </div>
    </dialog>
  );
}

/** Trouble shows what went wrong. */
export const Trouble = ({ text }: { text: string | undefined }) => (text ? <p class="trouble" role="alert">{text}</p> : null);
