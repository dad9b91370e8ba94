// The live regions: what a screen reader says when the screen changes by itself.
import { useEffect, useState } from "preact/hooks";

const listeners: [shown: (text: string) => void, quiet: (text: string) => void] = [() => {}, () => {}];

/** say announces a text. The outcome of an action is also shown for a few seconds; other changes can be seen where they are. */
export const say = (text: string, shown = true) => listeners[shown ? 0 : 1](text);

export const Spoken = () => <><Region at={0} class="spoken" /><Region at={1} class="hidden" /></>;

// Each has a region of its own, so that a change of a row does not wipe out what an action led to.
function Region({ at, class: look }: { at: 0 | 1; class: string }) {
  const [text, set] = useState("");
  useEffect(() => {
    listeners[at] = set;
  }, []);
  useEffect(() => {
    if (!text) return;
    const timer = setTimeout(() => set(""), 6000);
    return () => clearTimeout(timer);
  }, [text]);
  return <div class={text ? look : "hidden"} role="status" aria-live="polite">{text}</div>;
}
