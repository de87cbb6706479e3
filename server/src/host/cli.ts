// The command line: trace-investigator investigate | compare | lsp. Bundled to dist/cli.cjs.
// Exit status: 0 nothing stuck, 1 somebody is stuck, 2 nothing usable or wrong usage.

import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';
import { isSlowSeconds, LEAST_SLOW_SECONDS, type ReadOptions } from '../core/formats/format.js';
import { compareFiles } from './cli/compare.js';
import { investigate } from './cli/investigate.js';

const HELP = `Finds what is stuck, behind whom, and why: reads goroutine dumps, strace logs, kubelet journals and what lies beside
them (ps, lsof, ss, /proc, busctl, gdb, dmesg), and follows the chain of waits to its root.

usage: trace-investigator investigate [options] PATH...
       trace-investigator compare [--no-color] FILE...
       trace-investigator lsp --stdio

PATH is a file, a folder (searched for traces, recognised by content) or - for standard input.
compare takes two or more dumps of one process, in the order in which they were taken; one FILE may hold several.

options of investigate:
  --json         print JSON (schema 1) instead of the report
  --source DIR   the program's source code, searched by path: evidence of who holds which lock;
                 REPOSITORY@REVISION for a tag or commit of a git repository, read without a checkout
  --slow SECONDS a call in an strace log that finished counts as slow from so many seconds on (default: 1, least: 0.001)
  --no-color     no colours (also: NO_COLOR, or output that is no terminal)
options:
  -h, --help     print this
  --version      print the version

exit status: 0 nothing is stuck (compare: in all dumps), 1 somebody is stuck, 2 no usable input or wrong usage
`;

/** Printed to standard error; the exit status is 2. */
class UsageError extends Error {}

async function main(args: readonly string[]): Promise<number> {
  const [command, ...rest] = args;
  if (command === 'lsp') return lsp(rest);
  const known = command === 'investigate' || command === 'compare';
  const { values, positionals } = readOptions(known ? rest : args);
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  if (values.version) {
    process.stdout.write(`trace-investigator ${version()}\n`);
    return 0;
  }
  if (!known)
    throw new UsageError(positionals[0] === undefined ? 'no command given' : `unknown command: ${positionals[0]}`);
  if (positionals.length === 0) throw new UsageError('no file, folder or - given');
  const color = colors(values['no-color'] ?? false);
  if (command === 'compare') {
    if (values.json || values.source || values.slow !== undefined) throw new UsageError('compare has no such option');
    return compareFiles(positionals, color);
  }
  return investigate(positionals, {
    json: values.json ?? false,
    color,
    sources: values.source ?? [],
    read: readOptionsOf(values.slow),
  });
}

function readOptionsOf(slow: string | undefined): ReadOptions {
  if (slow === undefined) return {};
  const slowSeconds = /^(?:\d+\.?\d*|\.\d+)$/.test(slow) ? Number(slow) : Number.NaN;
  if (!isSlowSeconds(slowSeconds)) throw new UsageError(`--slow takes seconds, at least ${LEAST_SLOW_SECONDS}`);
  return { slowSeconds };
}

function readOptions(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        json: { type: 'boolean' },
        source: { type: 'string', multiple: true },
        slow: { type: 'string' },
        'no-color': { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
        version: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** As https://no-color.org has it: any value but an empty one. */
const colors = (off: boolean): boolean => !off && !process.env.NO_COLOR && process.stdout.isTTY === true;

/** From package.json beside dist/. */
function version(): string {
  try {
    return (createRequire(__filename)('../package.json') as { version: string }).version;
  } catch {
    return 'unknown';
  }
}

/** The language server is a bundle of its own: loaded only when asked for. It reads --stdio from the arguments itself. */
function lsp(args: readonly string[]): Promise<number> {
  if (!args.includes('--stdio')) throw new UsageError('lsp needs --stdio');
  createRequire(__filename)('./server/node.cjs');
  return new Promise(() => {}); // the server ends the process
}

// A reader that closes the pipe early (head, less) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 2));

main(process.argv.slice(2)).then(
  (status) => {
    process.exitCode = status;
  },
  (error: unknown) => {
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(`trace-investigator: ${message}\n`);
    if (error instanceof UsageError) process.stderr.write('Try: trace-investigator --help\n');
    process.exitCode = 2;
  },
);
