import { render } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { api, ask, explain, onSignedOut, session, type Me, type Order } from "./api";
import { Asking, carry, type Asked } from "./actions";
import { Details } from "./details";
import { Dialog } from "./dialog";
import { inZone } from "./format";
import { List, type Keys } from "./list";
import { onOnline, start } from "./live";
import { go, usePlace } from "./place";
import { say, Spoken } from "./say";
import { SignIn } from "./signin";

function App() {
  const [me, setMe] = useState<Me>();
  const [why, setWhy] = useState("");
  const [ready, setReady] = useState(!session.token);
  useEffect(() => {
    onSignedOut((reason) => {
      session.token = "";
      setWhy(reason);
      setMe(undefined);
    });
    if (session.token) ask(() => api.GET("/v1/me")).then(enter, (e) => setWhy(explain(e))).finally(() => setReady(true));
  }, []);
  const enter = (who: Me) => {
    inZone(who.company?.time_zone);
    setWhy("");
    setMe(who);
  };
  if (!ready) return null;
  return (
    <>
      {me ? <Desk me={me} onLeave={() => { session.token = ""; setMe(undefined); }} /> : <SignIn why={why} onSignedIn={enter} />}
      <Spoken />
    </>
  );
}

const keyHelp: [string, string][] = [
  ["/", "Go to the Order field"], ["↑ ↓", "Go through the orders"], ["x", "Select the order"], ["Enter", "Open the order"], ["c", "Confirm the selected orders, or the open one"],
  ["p", "Print the order"], ["e", "Edit the order"], ["Esc", "Back to the list"], ["?", "Show these keys"],
];

function Desk({ me, onLeave }: { me: Me; onLeave: () => void }) {
  const place = usePlace();
  const id = place.get("order");
  const [asked, setAsked] = useState<Asked>();
  const [help, setHelp] = useState(false);
  const [on, setOn] = useState(localStorage.getItem("keys") !== "off");
  const [online, setOnline] = useState(true);
  const list = useRef<Keys>(null);
  const search = useRef<HTMLInputElement>(null);
  const open = useRef<Order | undefined>(undefined);

  useEffect(() => {
    onOnline(setOnline);
    return start();
  }, []);
  useEffect(() => {
    if (id) return;
    document.title = "Order Summary";
    list.current?.focus();
  }, [id]);

  useEffect(() => {
    const pressed = (e: KeyboardEvent) => {
      const target = e.target as HTMLElement;
      if (e.ctrlKey || e.metaKey || e.altKey || document.querySelector("dialog[open]")) return;
      if (target.closest("textarea, select, input:not([type=checkbox])")) return;
      const arrow = { ArrowDown: 1, ArrowUp: -1 }[e.key];
      const key = arrow ? "arrow" : e.key;
      if (!on && key !== "arrow" && key !== "Escape") return;
      const order = id ? open.current : list.current?.row();
      const does: Record<string, (() => void) | undefined> = {
        "?": () => setHelp(true),
        "/": id ? undefined : () => search.current?.focus(),
        arrow: id ? undefined : () => list.current?.move(arrow!),
        x: id ? undefined : () => list.current?.tick(),
        Enter: id || target.closest("a, button, summary, input") ? undefined : () => list.current?.open(),
        c: () => (id ? order?.allowed_actions?.["confirm" as never] && carry({ action: "confirm", order }, setAsked) : list.current?.confirm()),
        p: order && (() => void carry({ action: "print", order }, setAsked)),
        e: order && (() => void carry({ action: "edit", order }, setAsked)),
        Escape: id ? () => go({ order: null, edit: null }) : undefined,
      };
      const act = does[key];
      if (!act) return;
      e.preventDefault();
      act();
    };
    document.addEventListener("keydown", pressed);
    return () => document.removeEventListener("keydown", pressed);
  }, [id, on]);

  return (
    <>
      <header class="top">
        <span class="brand">{me.company?.name ?? "orderdesk"}</span>
        {!online && <span class="offline" role="alert">No connection</span>}
        <span class="who">{me.name ?? me.sub}, {me.roles.join(", ") || "no role"}</span>
        <span class="tools"><button onClick={() => setHelp(true)} aria-label="Keys">?</button><button onClick={onLeave}>Sign out</button></span>
      </header>
      <List place={place} hidden={!!id} keys={list} search={search} onAction={(action, order) => void carry({ action, order }, setAsked)} />
      {id && <Details key={id} id={id} editing={place.has("edit")} order={open} onAsk={setAsked} />}
      {asked && <Asking asked={asked} onClose={() => setAsked(undefined)} />}
      {help && (
        <Dialog title="Keys" onClose={() => setHelp(false)}>
          <dl class="keys">{keyHelp.map(([key, text]) => <div key={key}><dt><kbd>{key}</kbd></dt><dd>{text}</dd></div>)}</dl>
          <label class="box">
            <input
              type="checkbox" checked={on}
              onChange={(e) => {
                const next = e.currentTarget.checked;
                localStorage.setItem("keys", next ? "on" : "off");
                setOn(next);
                say(next ? "Keys are on." : "Keys are off.");
              }}
            />
            <span>Use these keys</span>
          </label>
          <p class="buttons"><button onClick={() => setHelp(false)}>Close</button></p>
        </Dialog>
      )}
    </>
  );
}

render(<App />, document.getElementById("app")!);
