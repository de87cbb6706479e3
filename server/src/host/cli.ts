// The command line: trace-investigator investigate | compare | lsp | mcp | help. Bundled to dist/cli.cjs.
// Exit status: 0 nothing stuck, 1 somebody is stuck, 2 nothing usable or wrong usage.

import { createRequire } from 'node:module';
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { isSlowSeconds, LEAST_SLOW_SECONDS, type ReadOptions } from '../core/formats/format.js';
import { compareFiles } from './cli/compare.js';
import { HELP_OF } from './cli/help.js';
import { investigate } from './cli/investigate.js';
import { mcp } from './cli/mcp.js';
import { print, quietPipes } from './cli/print.js';

/** Printed to standard error; the exit status is 2. */
class UsageError extends Error {
  readonly command: string;

  constructor(message: string, command = '') {
    super(message);
    this.command = command;
  }
}

/** The options of each command. What is not here is wrong usage. */
const OPTIONS = {
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
  json: { type: 'boolean' },
  format: { type: 'string' },
  source: { type: 'string', multiple: true },
  slow: { type: 'string' },
  color: { type: 'boolean' },
  'no-color': { type: 'boolean' },
  stdio: { type: 'boolean' },
} as const satisfies ParseArgsConfig['options'];

const TAKES: Readonly<Record<string, readonly (keyof typeof OPTIONS)[]>> = {
  '': [],
  help: [],
  investigate: ['json', 'format', 'source', 'slow', 'color', 'no-color'],
  compare: ['format', 'color', 'no-color'],
  lsp: ['stdio'],
  mcp: ['source', 'slow'],
};

async function main(args: readonly string[]): Promise<number> {
  const [first = ''] = args;
  const command = Object.hasOwn(TAKES, first) ? first : '';
  const { values, positionals } = readOptions(command === '' ? args : args.slice(1));
  if (values.help || command === 'help') return help(command === 'help' ? (positionals[0] ?? '') : command);
  if (values.version) {
    await print(`trace-investigator ${version()}\n`);
    return 0;
  }
  if (command === '')
    throw new UsageError(positionals[0] === undefined ? 'no command given' : `unknown command: ${positionals[0]}`);
  const foreign = Object.keys(values).find((name) => !TAKES[command]!.some((own) => own === name));
  if (foreign !== undefined) throw new UsageError(`${command} has no option --${foreign}`, command);
  if (command === 'lsp') return lsp(positionals);
  const sources = values.source ?? [];
  const read = readOptionsOf(values.slow);
  if (command === 'mcp') return mcp(positionals, { sources, read, version: version() });
  if (positionals.length === 0) throw new UsageError('no file, folder or - given', command);
  const color = colors(values.color, values['no-color']);
  if (command === 'compare')
    return compareFiles(positionals, { color, format: formatOf(values.format, ['text', 'markdown']) });
  if (values.json && values.format !== undefined && values.format !== 'json')
    throw new UsageError('--json and --format say two things', command);
  const format = values.json ? 'json' : formatOf(values.format, ['text', 'markdown', 'json', 'sarif']);
  return investigate(positionals, { format, color, sources, read, version: version() });
}

async function help(command: string): Promise<number> {
  const text = Object.hasOwn(HELP_OF, command) ? HELP_OF[command] : undefined;
  if (text === undefined) throw new UsageError(`unknown command: ${command}`);
  await print(text);
  return 0;
}

function formatOf<F extends string>(given: string | undefined, known: readonly [F, ...F[]]): F {
  if (given === undefined) return known[0];
  const format = known.find((one) => one === given);
  if (format === undefined) throw new UsageError(`--format takes ${known.join(', ')}; not ${given}`);
  return format;
}

function readOptionsOf(slow: string | undefined): ReadOptions {
  if (slow === undefined) return {};
  const slowSeconds = /^(?:\d+\.?\d*|\.\d+)$/.test(slow) ? Number(slow) : Number.NaN;
  if (!isSlowSeconds(slowSeconds)) throw new UsageError(`--slow takes seconds, at least ${LEAST_SLOW_SECONDS}`);
  return { slowSeconds };
}

function readOptions(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** NO_COLOR as https://no-color.org has it: any value but an empty one. What is asked for in the arguments goes first. */
const colors = (on: boolean | undefined, off: boolean | undefined): boolean =>
  !off && (on ?? (!process.env.NO_COLOR && process.env.TERM !== 'dumb' && process.stdout.isTTY === true));

/** From package.json beside dist/. */
function version(): string {
  try {
    return (createRequire(__filename)('../package.json') as { version: string }).version;
  } catch {
    return 'unknown';
  }
}

/** A bundle of its own, loaded only when asked for. It takes standard input and output. */
function lsp(positionals: readonly string[]): Promise<number> {
  if (positionals.length > 0) throw new UsageError('lsp takes no files: the editor names them', 'lsp');
  // The server looks for the word itself.
  if (!process.argv.includes('--stdio')) process.argv.push('--stdio');
  createRequire(__filename)('./server/node.cjs');
  return new Promise(() => {}); // the server ends the process
}

quietPipes();

main(process.argv.slice(2)).then(
  (status) => {
    process.exitCode = status;
  },
  (error: unknown) => {
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(`trace-investigator: ${message}\n`);
    if (error instanceof UsageError)
      process.stderr.write(`Try: trace-investigator ${error.command && `${error.command} `}--help\n`);
    process.exitCode = 2;
  },
);
