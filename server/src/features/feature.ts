// What a feature is: what the server announces, and the requests it then answers, tied together in one value.

import type { CancellationToken, ProtocolRequestType, ServerCapabilities } from 'vscode-languageserver';
import type { View } from './view.js';

/** One request and its answer. */
export interface Handler {
  readonly method: string;
  handle(view: View, params: unknown, token: CancellationToken): unknown;
  /** What the client gets where the answer fails. */
  empty(params: unknown): unknown;
}

export interface Feature {
  readonly capability: ServerCapabilities;
  readonly handlers: readonly Handler[];
}

/** Announced by `capability`, answered by `handlers`: neither without the other. */
export const feature = (capability: ServerCapabilities, ...handlers: readonly Handler[]): Feature => ({
  capability,
  handlers,
});

/** Answers one request. `empty` is its answer where there is nothing to say or `handle` fails. */
export function on<P, R, PR, E, RO>(
  type: ProtocolRequestType<P, R, PR, E, RO>,
  empty: (params: P) => NoInfer<R>,
  handle: (view: View, params: P, token: CancellationToken) => NoInfer<R> | Promise<NoInfer<R>>,
): Handler {
  return {
    method: type.method,
    empty: (params) => empty(params as P),
    handle: (view, params, token) => handle(view, params as P, token),
  };
}

/** The answer of most requests that have none. */
export const nothing = (): null => null;
