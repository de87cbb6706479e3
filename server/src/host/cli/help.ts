// What the command line says about itself: the whole, and each command.

/** Exit statuses, the same for all commands that read traces. Scripts rely on them. */
const STATUS = `exit status: 0 nothing is stuck
             1 somebody is stuck
             2 an input could not be read, holds no trace, or wrong usage; the rest is told all the same`;

const PATHS = `A PATH is
  a file        read whatever its name is; gzip and zstd are unpacked
  a folder      searched for traces, recognised by content; links in it are not followed
  a pattern     such as 'logs/**/*.log', where the shell has not expanded it; a file of that very name goes first
  -             standard input, packed or not`;

const COLORS = `  --color        colours, even where the output is no terminal
  --no-color     no colours (also: the environment variable NO_COLOR, TERM=dumb, or output that is no terminal)
  -h, --help     print this`;

const HELP = `Finds what is stuck, behind whom, and why: reads goroutine dumps, strace logs, kubelet journals and what lies beside
them (ps, lsof, ss, /proc, busctl, gdb, dmesg), and follows the chain of waits to its root.

usage: trace-investigator COMMAND [options] [PATH...]

commands:
  investigate    the report about files and folders: as text, Markdown, JSON or SARIF
  compare        two or more dumps of one process: who is stuck in all of them
  lsp            the language server, for editors
  mcp            the tools for agents (Model Context Protocol)
  help COMMAND   more about a command, with examples (also: COMMAND --help)

options:
  -h, --help     print this
  --version      print the version

Nothing leaves this machine, and no file is changed.

${STATUS}
`;

const INVESTIGATE = `The verdict, the chains of waits to their roots, a timeline, known faults, and what to collect next.

usage: trace-investigator investigate [options] PATH...

${PATHS}

options:
  --format FORMAT
                 text (default), markdown (with FILE:LINE references), json (schema 1, docs/json.md), or sarif (2.1.0)
  --json         the same as --format json
  --source DIR   the program's source code, searched by path: evidence of who holds which lock;
                 REPOSITORY@REVISION for a tag or commit of a git repository, read without a checkout; may be repeated
  --slow SECONDS a call in an strace log that finished counts as slow from so many seconds on (default: 1, least: 0.001)
${COLORS}

examples:
  trace-investigator investigate ./node-3-logs
  trace-investigator investigate goroutine-stacks.log containerd.log.gz 'strace/*.out'
  kubectl logs -n kube-system POD | trace-investigator investigate -
  trace-investigator investigate --json dump.txt | jq -r '.findings[] | "\\(.file):\\(.line) \\(.message)"'
  trace-investigator investigate --format sarif logs > trace.sarif
  trace-investigator investigate --source ~/src/moby@v20.10.24 goroutine-stacks.log

${STATUS}
`;

const COMPARE = `Who is stuck in all dumps of one process, who moved on, which stacks grow, and whether each lock has its holder still.

usage: trace-investigator compare [options] PATH...

The dumps are given in the order in which they were taken; one file may hold several. Two are needed at least.

${PATHS}

options:
  --format FORMAT
                 text (default) or markdown
${COLORS}

examples:
  trace-investigator compare first.txt second.txt
  trace-investigator compare 'dumps/*.txt.gz'
  trace-investigator compare dockerd.log          a log with several dumps in it

exit status: 0 nobody is stuck in all dumps
             1 somebody is
             2 fewer than two dumps, a file that could not be read, or wrong usage
`;

const LSP = `The language server, over standard input and output: hover, definition, references, call hierarchy, diagnostics, lenses,
the outline and more, in any editor that speaks the Language Server Protocol. docs/other-editors.md has the set-up of some.

usage: trace-investigator lsp [--stdio]

  --stdio        what many editors add; it is the only way to talk, so it may be left out
`;

const MCP = `Tools for agents over standard input and output (Model Context Protocol), all of them read-only: investigate,
find_lock_holder, blocked_calls, outages, explain, compare_dumps. Answers carry their evidence as FILE:LINE.

usage: trace-investigator mcp [options] [ROOT...]

Only files below a ROOT are read, whatever is asked; links that lead out of it are not followed. Without one: the roots that the
client offers, else the current folder.

options:
  --source DIR   as for investigate
  --slow SECONDS as for investigate
  -h, --help     print this

example, as an entry of a client's list of servers:
  { "trace-investigator": { "command": "trace-investigator", "args": ["mcp", "/var/log/incident"] } }
`;

export const HELP_OF: Readonly<Record<string, string>> = {
  '': HELP,
  investigate: INVESTIGATE,
  compare: COMPARE,
  lsp: LSP,
  mcp: MCP,
};
