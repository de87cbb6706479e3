// JSON-RPC 2.0 as the Model Context Protocol has it on standard input and output: a message a line, both sides may ask, and
// whoever has asked may take it back (notifications/cancelled). https://modelcontextprotocol.io/specification/2025-11-25/basic

export const METHOD_NOT_FOUND = -32601;
export const INVALID_PARAMS = -32602;
const PARSE_ERROR = -32700;
const INVALID_REQUEST = -32600;
const INTERNAL_ERROR = -32603;

/** Bytes of one message. Longer ones are refused: the memory is for traces. */
const LONGEST = 10 * 1024 * 1024;
/** How long the other side may take to answer, in milliseconds. */
const PATIENCE = 60_000;
const ENDED = 'the connection has ended';

/** Answers a request with an error of the protocol. */
export class RpcError extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

export interface Handlers {
  /** Answers; `signal` tells that nobody waits for it any more. */
  request(method: string, params: Params, signal: AbortSignal): Promise<object> | object;
  notification(method: string, params: Params): void;
}

export type Params = Readonly<Record<string, unknown>>;
type Id = string | number;

interface Message {
  readonly id?: unknown;
  readonly method?: unknown;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: unknown;
}

export class Peer {
  readonly #handlers: Handlers;
  readonly #write: (line: string) => void;
  /** Requests of the other side that are not answered yet. */
  readonly #running = new Map<Id, AbortController>();
  /** Requests to the other side. */
  readonly #asked = new Map<Id, { resolve(result: unknown): void; reject(error: Error): void }>();
  #ids = 0;
  #ended = false;

  constructor(write: (line: string) => void, handlers: Handlers) {
    this.#write = write;
    this.#handlers = handlers;
  }

  /** Reads messages until the input ends. What was asked until then may still be answered. */
  async read(input: AsyncIterable<Uint8Array>): Promise<void> {
    let parts: Uint8Array[] = [];
    let length = 0;
    for await (const chunk of input) {
      let start = 0;
      for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
        length += end - start;
        if (length > LONGEST) this.#fail(null, INVALID_REQUEST, `Longer than ${LONGEST} bytes.`);
        else this.#line(Buffer.concat([...parts, chunk.subarray(start, end)]).toString());
        parts = [];
        length = 0;
        start = end + 1;
      }
      length += chunk.length - start;
      if (length <= LONGEST) parts.push(chunk.subarray(start));
      else parts = [];
    }
    this.#ended = true;
    for (const { reject } of this.#asked.values()) reject(new Error(ENDED));
  }

  /** Asks the other side. Rejects with its error, and where it does not answer. */
  ask(method: string): Promise<unknown> {
    if (this.#ended) return Promise.reject(new Error(ENDED));
    const id = this.#ids++;
    const { promise, resolve, reject } = newPromise();
    this.#asked.set(id, { resolve, reject });
    const timer = setTimeout(() => reject(new Error(`${method}: no answer`)), PATIENCE);
    this.#send({ id, method });
    return promise.finally(() => {
      clearTimeout(timer);
      this.#asked.delete(id);
    });
  }

  #send(message: object): void {
    this.#write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  }

  #fail(id: Id | null, code: number, message: string): void {
    this.#send({ id, error: { code, message } });
  }

  #line(line: string): void {
    if (line.trim() === '') return;
    let message: unknown;
    try {
      message = JSON.parse(line);
    } catch {
      this.#fail(null, PARSE_ERROR, 'This is not JSON.');
      return;
    }
    if (!isRecord(message)) this.#fail(null, INVALID_REQUEST, 'A message is an object.');
    else this.#message(message);
  }

  #message({ id, method, params, result, error }: Message): void {
    const told = isRecord(params) ? params : {};
    if (typeof method !== 'string') {
      if (isId(id) && (result !== undefined || error !== undefined)) this.#answered(id, result, error);
      else this.#fail(isId(id) ? id : null, INVALID_REQUEST, 'Neither a request nor an answer.');
    } else if (isId(id)) void this.#request(id, method, told);
    else if (id !== undefined) this.#fail(null, INVALID_REQUEST, 'An id is a string or a number.');
    else if (method !== 'notifications/cancelled') this.#handlers.notification(method, told);
    else if (isId(told.requestId)) this.#running.get(told.requestId)?.abort();
  }

  #answered(id: Id, result: unknown, error: unknown): void {
    const asked = this.#asked.get(id);
    if (error === undefined) asked?.resolve(result);
    else asked?.reject(new Error(isRecord(error) ? String(error.message) : 'refused'));
  }

  async #request(id: Id, method: string, params: Params): Promise<void> {
    const controller = new AbortController();
    this.#running.set(id, controller);
    try {
      const result = await this.#handlers.request(method, params, controller.signal);
      // An answer that nobody waits for must not be sent.
      if (!controller.signal.aborted) this.#send({ id, result });
    } catch (error) {
      if (controller.signal.aborted) return;
      const code = error instanceof RpcError ? error.code : INTERNAL_ERROR;
      this.#fail(id, code, error instanceof Error ? error.message : String(error));
    } finally {
      if (this.#running.get(id) === controller) this.#running.delete(id);
    }
  }
}

const isId = (value: unknown): value is Id => typeof value === 'string' || typeof value === 'number';

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function newPromise() {
  let resolve!: (result: unknown) => void;
  let reject!: (error: Error) => void;
  const promise = new Promise<unknown>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
