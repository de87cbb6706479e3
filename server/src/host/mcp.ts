// Entry: the Model Context Protocol over standard input and output. A bundle of its own, loaded for the command "mcp" only: it has the SDK
// and nothing of the investigation, which the command line hands in.

import { fileURLToPath } from 'node:url';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import {
  CallToolRequestSchema,
  type CallToolResult,
  ListToolsRequestSchema,
  RootsListChangedNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { AjvJsonSchemaValidator } from '@modelcontextprotocol/sdk/validation/ajv';
import type { Answer } from '../core/investigation/answers.js';
import type { Schema, Tool, ToolInput, ToolName } from '../core/investigation/tools.js';

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

/** Answers until standard input ends. */
export async function serveMcp(options: McpOptions): Promise<void> {
  const { version, tools, output, instructions } = options;
  const server = new Server(
    { name: 'trace-investigator', title: 'Trace Investigator', version },
    { capabilities: { tools: {} }, instructions },
  );
  const schemas = new AjvJsonSchemaValidator();
  const checks = new Map(
    tools.map(({ name, input }) => [name as string, schemas.getValidator<ToolInput>({ ...input })]),
  );

  let offered: Promise<readonly string[]> | undefined;
  server.setNotificationHandler(RootsListChangedNotificationSchema, () => {
    offered = undefined;
  });
  const roots = async (): Promise<readonly string[]> => {
    if (options.roots) return options.roots;
    if (!server.getClientCapabilities()?.roots) return [process.cwd()];
    offered ??= server.listRoots().then((list) => list.roots.flatMap(({ uri }) => folderOf(uri) ?? []));
    return offered;
  };

  server.setRequestHandler(ListToolsRequestSchema, () => ({
    tools: tools.map(({ name, title, description, input }) => ({
      name,
      title,
      description,
      inputSchema: { ...input, required: [...(input.required ?? [])] },
      outputSchema: { ...output, required: [...(output.required ?? [])] },
      annotations: { title, readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
    })),
  }));

  // One after the other: each may fill a good part of the memory.
  let last: Promise<unknown> = Promise.resolve();
  server.setRequestHandler(CallToolRequestSchema, ({ params }, { signal }): Promise<CallToolResult> => {
    const result = last.then(async (): Promise<CallToolResult> => {
      const check = checks.get(params.name);
      if (!check) return failure(`There is no tool ${JSON.stringify(params.name.slice(0, 100))}.`);
      const input = check(params.arguments ?? {});
      if (!input.valid) return failure(`The arguments do not fit: ${input.errorMessage}`);
      if (signal.aborted) return failure('Cancelled.');
      try {
        const { text, data, failed } = await options.answer(params.name as ToolName, input.data, await roots());
        return {
          content: [{ type: 'text', text }],
          structuredContent: { ...data },
          ...(failed ? { isError: true } : {}),
        };
      } catch (error) {
        return failure(error instanceof Error ? error.message : String(error));
      }
    });
    last = result;
    return result;
  });

  const ended = new Promise<void>((resolve) => {
    process.stdin.once('end', resolve);
    server.onclose = resolve;
  });
  await server.connect(new StdioServerTransport());
  await ended;
  await last;
}

const failure = (text: string): CallToolResult => ({ content: [{ type: 'text', text }], isError: true });

function folderOf(uri: string): string | undefined {
  try {
    return fileURLToPath(uri);
  } catch {
    return undefined; // another scheme: nothing that could be read here
  }
}
