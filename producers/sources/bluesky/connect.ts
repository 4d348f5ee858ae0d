import { on } from 'node:events';

import { WebSocket } from 'ws';

import { RateLimitedError, reasonOf, TransientError } from '../../network/http.ts';

/** The cursor is older than what the server keeps. */
export class CursorTooOldError extends Error {
  override readonly name = 'CursorTooOldError';
}

export interface ConnectOptions {
  readonly url: string;
  readonly userAgent: string;
  readonly signal: AbortSignal;
  /** Told of every frame, also those without content. */
  readonly onAlive: () => void;
}

const HANDSHAKE_MS = 30_000;
const MAX_FRAME_BYTES = 8 * 1024 * 1024;
/** Beyond so many frames the socket is not read until half of them are taken. */
const HIGH_WATER_MARK = 2_000;

/**
 * The text frames of a web socket, until it closes or the signal is aborted.
 * @throws CursorTooOldError, RateLimitedError or TransientError where the server refuses the connection or breaks it
 */
export async function* connectSocket({ url, userAgent, signal, onAlive }: ConnectOptions): AsyncGenerator<string> {
  const socket = new WebSocket(url, {
    headers: { 'user-agent': userAgent },
    handshakeTimeout: HANDSHAKE_MS,
    maxPayload: MAX_FRAME_BYTES,
  });
  socket.on('ping', onAlive);
  socket.on('unexpected-response', (request, response) => {
    const { statusCode = 0 } = response;
    void readStart(response).then((body) => socket.emit('error', refusal(statusCode, body)));
    request.on('close', () => undefined);
  });
  const frames = on(socket, 'message', {
    close: ['close'],
    signal,
    highWaterMark: HIGH_WATER_MARK,
    lowWaterMark: HIGH_WATER_MARK / 2,
  });
  try {
    for await (const [data] of frames) {
      onAlive();
      yield String(data);
    }
  } catch (error) {
    if (signal.aborted) return;
    throw isOurs(error)
      ? error
      : new TransientError(`The connection to Bluesky fails (${reasonOf(error)})`, { cause: error });
  } finally {
    // What comes after we have turned away is nobody's business.
    socket.on('error', () => undefined);
    socket.terminate();
  }
}

function isOurs(error: unknown): boolean {
  return error instanceof CursorTooOldError || error instanceof RateLimitedError || error instanceof TransientError;
}

function refusal(status: number, body: string): Error {
  if (status === 400 && body.includes('CursorTooOld')) return new CursorTooOldError('the cursor is too old');
  if (status === 429) return new RateLimitedError('Bluesky is asked too often', undefined);
  return new TransientError(`Bluesky answers ${status}`);
}

const BODY_CHARACTERS = 2_000;

async function readStart(response: AsyncIterable<Buffer>): Promise<string> {
  let text = '';
  try {
    for await (const chunk of response) {
      text += chunk.toString('utf8');
      if (text.length > BODY_CHARACTERS) break;
    }
  } catch {
    // A body that breaks off says what it has said.
  }
  return text;
}
