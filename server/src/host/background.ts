// Source code as evidence, after the first answers: each open trace is judged again when nobody waits, and whoever shows it
// is told to ask again.

import { formatById } from '../core/formats/index.js';
import { plainText } from '../core/investigation/describe.js';
import type { Trace } from '../core/trace/trace.js';
import { loadGoParser, type ReadAsset } from './goParser.js';
import type { Host } from './host.js';
import { Abandoned, Pace } from './pace.js';
import type { SourceFiles } from './sourceFiles.js';
import { verified } from './verify.js';
import type { Workspace } from './workspace.js';

/** Milliseconds without a change before the work begins: the first requests after an opening go first. */
const QUIET = 300;

export interface Background {
  /** Something has changed: look again, soon. */
  soon(): void;
  stop(): void;
}

/** `changed` is called when a trace is known better; `warn` takes what was left out, in words for the user. */
export function verifyInBackground(
  workspace: Workspace,
  host: Host,
  changed: () => void,
  log: (what: string, error: unknown) => void,
  warn: (what: string) => void,
): Background {
  const { readAsset } = host;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running = false;
  const warned = new Set<string>();

  /** The trace with source code as evidence; itself where there is none for it. */
  const judged = async (
    trace: Trace,
    files: SourceFiles,
    wanted: () => boolean,
    readAsset: ReadAsset,
  ): Promise<Trace> => {
    const format = formatById(trace.format);
    if (!format?.sourced) return trace;
    if (files.any && trace.facts.waits.some((wait) => wait.on !== undefined))
      return verified(trace, format, { files, parser: await loadGoParser(readAsset) }, new Pace(wanted));
    format.sourced.forget(trace);
    return trace;
  };

  const verifyNext = async (): Promise<boolean> => {
    const next = workspace.unverified();
    if (!next || !readAsset) return false;
    const { document, generation, wanted } = next;
    try {
      const files = await workspace.sources;
      const { first } = document;
      const better: Trace[] = [];
      for (const trace of first) better.push(await judged(trace, files, wanted, readAsset));
      const same = better.every((trace, at) => trace === first[at]);
      for (const problem of files.problems)
        if (!warned.has(problem)) {
          warned.add(problem);
          warn(plainText(problem));
        }
      if (wanted() && document.settle(same ? undefined : better, generation)) changed();
    } catch (error) {
      // What made it unwanted has asked for another round.
      if (error instanceof Abandoned) return false;
      log('source code', error);
      if (wanted()) document.settle(undefined, generation);
    }
    return true;
  };
  const run = async (): Promise<void> => {
    if (running) return;
    running = true;
    try {
      while (await verifyNext()) {}
    } finally {
      running = false;
    }
  };
  const soon = (): void => {
    clearTimeout(timer);
    // One round that is still at work is waited for.
    timer = setTimeout(() => (running ? soon() : void run()), QUIET);
  };
  return { soon, stop: () => clearTimeout(timer) };
}
