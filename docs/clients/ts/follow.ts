import type { Problem, Schemas } from "./index.js";

/** An event with the cursor behind it. Keep the cursor once the event is handled. */
export interface Followed {
  cursor: string;
  event: Schemas["Event"];
}

export interface FollowOptions {
  /** The cursor of the last event that was handled. Without it, only events from now on. */
  after?: string;
  /** Names, or groups such as order.*. Without it, all. */
  types?: string[];
  /** Is called with true when a stream is open and with false when it has ended, so that a page can ask meanwhile. */
  onConnection?: (open: boolean) => void;
  /** Ends following. */
  signal?: AbortSignal;
}

/** The service refused, for example with cursor_gone. */
export class FollowError extends Error {
  constructor(readonly status: number, readonly problem: Problem | undefined) {
    super(problem ? `${problem.code}: ${problem.detail}` : `status ${status}`);
  }
}

const silence = 45_000; // three heartbeats are missing

/**
 * Follows the company's events by a stream. It uses fetch, because a browser's EventSource cannot send a token. When the stream
 * ends it is opened again behind the last event, with a new token if token is a function. A refusal throws FollowError.
 */
export async function* follow(baseUrl: string, token: string | (() => string | Promise<string>), options: FollowOptions = {}): AsyncGenerator<Followed> {
  let cursor = options.after;
  for (let pause = 1_000; !options.signal?.aborted; pause = Math.min(2 * pause, 30_000)) {
    const abort = new AbortController();
    const stop = () => abort.abort();
    options.signal?.addEventListener("abort", stop);
    let timer = setTimeout(stop, silence);
    let open = false;
    try {
      const query = new URLSearchParams();
      if (cursor) query.set("after", cursor);
      if (options.types) query.set("types", options.types.join(","));
      const answer = await fetch(`${baseUrl}/v1/events?${query}`, {
        headers: { Accept: "text/event-stream", Authorization: `Bearer ${typeof token === "function" ? await token() : token}` },
        signal: abort.signal,
      });
      if (answer.status >= 400 && answer.status < 500 && answer.status !== 429)
        throw new FollowError(answer.status, (await answer.json().catch(() => undefined)) as Problem | undefined);
      if (answer.ok && answer.body) {
        options.onConnection?.((open = true));
        for await (const [id, data] of messages(answer.body)) {
          clearTimeout(timer);
          timer = setTimeout(stop, silence);
          if (data) yield { cursor: id, event: JSON.parse(data) as Schemas["Event"] };
          cursor = id;
          pause = 500;
        }
      }
    } catch (error) {
      if (error instanceof FollowError) throw error; // anything else is the network, and the stream is opened again
    } finally {
      clearTimeout(timer);
      options.signal?.removeEventListener("abort", stop);
      abort.abort();
      if (open) options.onConnection?.(false);
    }
    if (!options.signal?.aborted) await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

/** The id and the data of each message; a heartbeat has no data. */
async function* messages(body: ReadableStream<Uint8Array>): AsyncGenerator<[string, string]> {
  const reader = body.pipeThrough(new TextDecoderStream() as unknown as TransformStream<Uint8Array, string>).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const parts = (rest + value).split("\n\n");
    rest = parts.pop() ?? "";
    for (const part of parts) {
      const field = (name: string) => part.split("\n").find((line) => line.startsWith(name))?.slice(name.length) ?? "";
      const id = field("id: ");
      if (id) yield [id, field("data: ")];
    }
  }
}
