import { useEffect, useState } from "preact/hooks";
import { api, ask, base, explain, session, type Me } from "./api";
import { Trouble } from "./dialog";

type Role = { role: string; name: string; token: string };

/** SignIn offers the demo's roles by name. Elsewhere a token is pasted. It ends in whom the token names. */
export function SignIn({ why, onSignedIn }: { why: string; onSignedIn: (me: Me) => void }) {
  const demo = document.body.hasAttribute("data-demo");
  const [roles, setRoles] = useState<Role[]>([]);
  const [token, setToken] = useState("");
  const [trouble, setTrouble] = useState("");

  useEffect(() => {
    document.title = "Sign in · Order Summary";
    if (demo) fetch(`${base}/console/demo/tokens`).then((r) => (r.ok ? r.json() : [])).then(setRoles, () => setTrouble("The service cannot be reached."));
  }, []);

  async function enter(text: string) {
    session.token = text.replace(/^(Authorization:)?\s*Bearer\s+/i, "").trim();
    try {
      onSignedIn(await ask(() => api.GET("/v1/me")));
    } catch (e) {
      session.token = "";
      setTrouble(explain(e));
    }
  }

  return (
    <main class="signin">
      <h1>Order Summary</h1>
      <Trouble text={trouble || why || undefined} />
      {demo && (
        <section aria-labelledby="roles">
          <h2 id="roles">Sign in to the demo as</h2>
          <ul class="roles">
            {roles.map((r) => (
              <li key={r.role}>
                <button onClick={() => enter(r.token)}><b>{r.role}</b> {r.name}</button>
              </li>
            ))}
          </ul>
        </section>
      )}
      <form
        onSubmit={(e) => {
          e.preventDefault();
          void enter(token);
        }}
      >
        <h2>{demo ? "Or with a token" : "Sign in with a token"}</h2>
        <label for="token">Token of your identity provider</label>
        <textarea id="token" rows={4} required autocomplete="off" spellcheck={false} value={token} onInput={(e) => setToken(e.currentTarget.value)} />
        <p class="hint">It is kept until you sign out or close this tab.</p>
        <button class="main">Sign in</button>
      </form>
    </main>
  );
}
