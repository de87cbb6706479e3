// The command "investigate": reads the inputs, builds the graph, prints the report in one of its forms.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Format, ReadOptions } from '../../core/formats/format.js';
import { detectFormat, formatById, formats, parseText } from '../../core/formats/index.js';
import { counted, plainText } from '../../core/investigation/describe.js';
import { anythingStuck } from '../../core/investigation/findings.js';
import { buildGraph } from '../../core/investigation/graph.js';
import { investigationJson, type RejectedFile } from '../../core/investigation/json.js';
import { investigationReport, terminalReport } from '../../core/investigation/report.js';
import { sarifLog } from '../../core/investigation/sarif.js';
import type { SourceEvidence } from '../../core/source/evidence.js';
import type { Trace } from '../../core/trace/trace.js';
import { openOnDisk, usualRoots } from '../disk.js';
import { loadGoParser, unpacked } from '../goParser.js';
import { LockMaps } from '../lockMaps.js';
import { Pace } from '../pace.js';
import { verified } from '../verify.js';
import { errorWords, type Found, findInputs, type Input } from './inputs.js';
import { print } from './print.js';
import { Progress, type Screen } from './progress.js';
import { readText } from './read.js';
import { Shelf } from './shelf.js';

/** How files become traces. */
export interface GatherOptions {
  /** Folders with the source code of the programs that the traces are of, or `repository@revision`. */
  readonly sources: readonly string[];
  /** How the texts are read. */
  readonly read: ReadOptions;
}

export interface InvestigateOptions extends GatherOptions {
  readonly format: 'text' | 'markdown' | 'json' | 'sarif';
  readonly color: boolean;
  /** Of this program. */
  readonly version: string;
}

/** What was made of the paths. */
export interface Gathered {
  readonly traces: readonly Trace[];
  /** Every file that is no trace, or could not be read. */
  readonly rejected: readonly RejectedFile[];
  /** Names of files that were asked for themselves, not found in a folder. */
  readonly named: ReadonlySet<string>;
  readonly count: number;
  /** Whether an input could not be read. */
  readonly failed: boolean;
}

/** Returns the exit status: 0 nothing stuck, 1 somebody stuck, 2 an input that could not be read, or no trace at all. */
export async function investigate(paths: readonly string[], options: InvestigateOptions): Promise<number> {
  const say = (message: string): void => void process.stderr.write(`trace-investigator: ${message}\n`);
  const { traces, rejected, named, count, failed } = await gather(
    await findInputs(paths),
    options,
    say,
    process.stderr,
  );
  const graph = buildGraph(traces);
  // JSON and SARIF tell of every file; the report leaves out what only lay about in a folder.
  const shown = rejected.filter(({ file }) => named.has(file));
  const { format, color, version } = options;
  if (format === 'json') await print(`${JSON.stringify(investigationJson(graph, rejected), null, 1)}\n`);
  else if (format === 'sarif') await print(`${JSON.stringify(sarifLog(graph, rejected, version), null, 1)}\n`);
  else if (traces.length > 0) {
    const width = Math.max(60, Math.min(process.stdout.columns || 100, 120));
    await print(
      format === 'text' ? terminalReport(graph, { color, width }, shown) : investigationReport(graph, shown).text,
    );
  }
  if (traces.length === 0) {
    if (named.size === 0) say(`${counted(count, 'file')} searched, and none is a trace that is known here`);
    return 2;
  }
  if (failed) return 2;
  return anythingStuck(graph) ? 1 : 0;
}

/** Reads the traces among what was found at and below the paths. `tell` hears what a person should know; `screen` shows how far it is. */
export async function gather(
  { inputs, problems }: Found,
  options: GatherOptions,
  tell: (message: string) => void,
  screen: Screen,
): Promise<Gathered> {
  const progress = new Progress(inputs.length, screen);
  const say = (message: string): void => {
    progress.clear();
    tell(message);
  };
  const shelf = new Shelf();
  const rejected: RejectedFile[] = [];
  let failed = false;
  const reject = (input: Input, reason: string, error: boolean): void => {
    rejected.push({ file: input.name, reason });
    failed ||= error;
    if (input.named || error) say(`${plainText(input.name)}: ${reason}`);
  };
  const files =
    options.sources.length > 0
      ? await openOnDisk(
          options.sources.map((path) => ({ path })),
          usualRoots(process.env),
        )
      : undefined;
  const asset = (name: string): Promise<Uint8Array> => readFile(join(__dirname, name));
  const maps = new LockMaps(asset);
  const mapFor = async (trace: Trace, format: Format): Promise<SourceEvidence | undefined> => {
    try {
      return await maps.evidence(trace, format);
    } catch (error) {
      say(`the built-in lock map could not be read: ${errorWords(error)}`);
      return undefined;
    }
  };
  const withSource = async (trace: Trace): Promise<Trace> => {
    const format = formatById(trace.format);
    if (!format?.sourced) return trace;
    const map = await mapFor(trace, format);
    try {
      const parser = files && (await loadGoParser(unpacked(asset, new Pace())));
      return await verified(trace, format, { files, parser, more: map ? [map] : [] }, new Pace());
    } catch (error) {
      say(`the source code could not be read: ${errorWords(error)}`);
      return trace;
    }
  };
  for (const { input, reason } of problems) reject(input, reason, true);
  const readOne = async (input: Input): Promise<void> => {
    const read = await readText(input, options.read);
    if ('reason' in read) return reject(input, read.reason, read.error);
    if (read.missing !== undefined) say(`${plainText(input.name)}: ${read.missing}`);
    const format = detectFormat(read.text);
    if (!format) return reject(input, notATrace(read.text), false);
    const found = parseText(read.text, input.name, format, { ...options.read, excerpt: read.excerpt })
      .filter((trace) => trace.sections.length > 0)
      .map((trace) => (read.missing === undefined ? trace : tornOff(trace)));
    if (found.length === 0) reject(input, `nothing of a ${format.name.toLowerCase()} could be read from it`, false);
    const judged: Trace[] = [];
    for (const trace of found) judged.push(await withSource(trace));
    shelf.add(judged);
  };
  for (const [index, input] of inputs.entries()) {
    progress.reading(index, input);
    await readOne(input);
  }
  progress.clear();
  for (const problem of files?.problems ?? []) say(plainText(problem));
  const named = [...inputs.filter((input) => input.named), ...problems.map(({ input }) => input)];
  return {
    traces: shelf.all(),
    rejected,
    named: new Set(named.map(({ name }) => name)),
    count: inputs.length,
    failed,
  };
}

/** The trace of a packed file that could be unpacked in part: its end is not the log's end. */
function tornOff(trace: Trace): Trace {
  const end = trace.text.length;
  return { ...trace, problems: [...trace.problems, { span: { start: end, end }, code: 'torn-archive', values: {} }] };
}

const NUL = '\u0000';

function notATrace(text: string): string {
  const head = text.slice(0, 4096);
  if (text.startsWith('ustar', 257)) return 'a tar archive; unpack it first';
  if (/^(?:PK\u0003|BZh|\ufffd7zXZ)/.test(head)) return 'compressed; unpack it first';
  if (head.includes(NUL)) return 'binary, no trace';
  return `not a trace that is known here (known: ${formats.map(({ name }) => name.toLowerCase()).join(', ')})`;
}
