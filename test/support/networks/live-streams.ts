import type { ServerResponse } from 'node:http';

/** X sends an empty line at least every 20 s (https://docs.x.com/x-api/posts/filtered-stream/integrate/consume-streaming-data). */
const KEEP_ALIVE_MS = 10_000;

/** Answers that go on as long as their connections. */
export interface LiveStreams {
  /** Begins one; true, as what is silent in between is meant to be. */
  open(response: ServerResponse): true;
  send(bytes: Uint8Array): void;
  /** Ends all of them in good order. */
  end(): void;
  /** Breaks all of them, when these bytes have been sent. */
  breakOff(last: Uint8Array): void;
  /** They stay open, and nothing more comes. */
  freeze(): void;
  /** How many are open. */
  size(): number;
  /** How many there have been. */
  opened(): number;
}

/** None yet. */
export function liveStreams(): LiveStreams {
  const streams = new Set<ServerResponse>();
  let opened = 0;
  return {
    open(response) {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.flushHeaders();
      streams.add(response);
      opened += 1;
      const alive = setInterval(() => streams.has(response) && response.write('\r\n'), KEEP_ALIVE_MS);
      response.on('close', () => {
        clearInterval(alive);
        streams.delete(response);
      });
      return true;
    },
    send: (bytes) => streams.forEach((stream) => stream.write(bytes)),
    end: () => streams.forEach((stream) => stream.end()),
    breakOff: (last) => streams.forEach((stream) => stream.write(last, () => stream.destroy())),
    freeze: () => streams.clear(),
    size: () => streams.size,
    opened: () => opened,
  };
}
