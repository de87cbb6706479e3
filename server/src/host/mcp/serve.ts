// The Model Context Protocol over standard input and output: what a server of tools alone has to answer. It has nothing of the
// investigation, which the command line hands in. https://modelcontextprotocol.io/specification/2025-11-25

import { fileURLToPath } from 'node:url';
import type { Answer } from '../../core/investigation/answers.js';
import type { Schema, Tool, ToolInput, ToolName } from '../../core/investigation/tools.js';
import { misfit } from './check.js';
import { INVALID_PARAMS, isRecord, METHOD_NOT_FOUND, type Params, Peer, RpcError } from './peer.js';

/** Versions of the protocol whose words for tools are these, the newest first. */
const VERSIONS = ['2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05', '2024-10-07'] as const;

export interface McpOptions {
  readonly version: string;
  readonly tools: readonly Tool[];
  /** The shape of each answer's data. */
  readonly output: Schema;
  readonly instructions: string;
  /** The folders that may be read; undefined: the client's roots, or the current folder where it has none. */
  readonly roots: readonly string[] | undefined;
  /** Answers. What it throws is told to the agent. */
  answer(tool: ToolName, input: ToolInput, roots: readonly string[]): Promise<Answer>;
}

interface CallToolResult {
  readonly content: readonly { readonly type: 'text'; readonly text: string }[];
  readonly structuredContent?: object;
  readonly isError?: true;
}

/** Answers until standard input ends. */
export async function serveMcp(options: McpOptions): Promise<void> {
  const server = new McpServer(options);
  await server.run();
}

class McpServer {
  readonly #options: McpOptions;
  readonly #peer: Peer;
  #clientHasRoots = false;
  /** The client's roots, asked for once until it says that they have changed. */
  #offered: Promise<readonly string[]> | undefined;
  /** One call after the other: each may fill a good part of the memory. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: McpOptions) {
    this.#options = options;
    this.#peer = new Peer((line) => process.stdout.write(line), {
      request: (method, params, signal) => this.#request(method, params, signal),
      notification: (method) => {
        if (method === 'notifications/roots/list_changed') this.#offered = undefined;
      },
    });
  }

  async run(): Promise<void> {
    await this.#peer.read(process.stdin);
    await this.#last;
  }

  #request(method: string, params: Params, signal: AbortSignal): Promise<object> | object {
    switch (method) {
      case 'initialize':
        return this.#initialize(params);
      case 'ping':
        return {};
      case 'tools/list':
        return { tools: this.#tools() };
      case 'tools/call': {
        const result = this.#last.then(() => this.#call(params, signal));
        this.#last = result.catch(() => undefined);
        return result;
      }
      default:
        throw new RpcError(METHOD_NOT_FOUND, `Not known: ${method.slice(0, 100)}`);
    }
  }

  #initialize({ protocolVersion, capabilities }: Params): object {
    const { version, instructions } = this.#options;
    this.#clientHasRoots = isRecord(capabilities) && isRecord(capabilities.roots);
    return {
      protocolVersion: VERSIONS.find((known) => known === protocolVersion) ?? VERSIONS[0],
      capabilities: { tools: {} },
      serverInfo: { name: 'trace-investigator', title: 'Trace Investigator', version },
      instructions,
    };
  }

  #tools(): object[] {
    return this.#options.tools.map(({ name, title, description, input }) => ({
      name,
      title,
      description,
      inputSchema: input,
      outputSchema: this.#options.output,
      annotations: { title, readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
    }));
  }

  async #call({ name, arguments: input = {} }: Params, signal: AbortSignal): Promise<CallToolResult> {
    if (typeof name !== 'string') throw new RpcError(INVALID_PARAMS, 'The name of a tool is missing.');
    const tool = this.#options.tools.find((one) => one.name === name);
    if (!tool) return failure(`There is no tool ${JSON.stringify(name.slice(0, 100))}.`);
    const wrong = misfit(tool.input, input);
    if (wrong !== undefined) return failure(`The arguments do not fit: ${wrong}.`);
    if (signal.aborted) return failure('Cancelled.');
    try {
      const { text, data, failed } = await this.#options.answer(tool.name, input as ToolInput, await this.#roots());
      return {
        content: [{ type: 'text', text }],
        structuredContent: { ...data },
        ...(failed ? { isError: true } : {}),
      };
    } catch (error) {
      return failure(error instanceof Error ? error.message : String(error));
    }
  }

  async #roots(): Promise<readonly string[]> {
    if (this.#options.roots) return this.#options.roots;
    if (!this.#clientHasRoots) return [process.cwd()];
    this.#offered ??= this.#peer.ask('roots/list').then(foldersOf);
    try {
      return await this.#offered;
    } catch (error) {
      this.#offered = undefined; // the next call asks again
      throw error;
    }
  }
}

const failure = (text: string): CallToolResult => ({ content: [{ type: 'text', text }], isError: true });

/** The folders of a client's list of roots. */
function foldersOf(list: unknown): string[] {
  const roots = isRecord(list) && Array.isArray(list.roots) ? list.roots : [];
  return roots.flatMap((root: unknown) => {
    try {
      return isRecord(root) && typeof root.uri === 'string' ? fileURLToPath(root.uri) : [];
    } catch {
      return []; // another scheme: nothing that could be read here
    }
  });
}
