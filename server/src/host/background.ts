// Source code as evidence, after the first answers: each open trace is judged again when nobody waits, and whoever shows it
// is told to ask again.

import type { Format } from '../core/formats/format.js';
import { formatById } from '../core/formats/index.js';
import { plainText } from '../core/investigation/describe.js';
import type { SourceEvidence } from '../core/source/evidence.js';
import type { Trace } from '../core/trace/trace.js';
import { loadGoParser, type ReadAsset, unpacked } from './goParser.js';
import type { Host } from './host.js';
import { LockMaps } from './lockMaps.js';
import { Abandoned, Pace } from './pace.js';
import type { SourceFiles } from './sourceFiles.js';
import { verified } from './verify.js';
import type { Workspace } from './workspace.js';

/**
 * Milliseconds without a change before the work begins, and for each million code units of text: the first requests after an
 * opening go first, and an editor takes its time to show a large document.
 */
const QUIET = { least: 300, more: 150 } as const;

export interface Background {
  /** Something has changed: look again, soon. */
  soon(): void;
  stop(): void;
}

/** Who is named as holding what: what more than words about the evidence depends on. */
const namedIn = (traces: readonly Trace[]): string =>
  traces
    .flatMap(({ facts }) => facts.holds)
    .filter(({ confidence }) => confidence !== 'possible')
    .map(({ holder, of }) => `${holder} ${of}`)
    .sort()
    .join('\n');

/** What is unpacked is wanted by whoever comes next, whatever becomes of the text; others have their turn in between. */
const resting = (): Pace => new Pace(() => true);

/** `changed` is called when a trace is known better, and told whether other holders are named; `warn` takes what was left out, in words for the user. */
export function verifyInBackground(
  workspace: Workspace,
  host: Host,
  changed: (holders: boolean) => void,
  log: (what: string, error: unknown) => void,
  warn: (what: string) => void,
): Background {
  const { readAsset } = host;
  const maps = readAsset && new LockMaps(readAsset, resting);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running = false;
  const warned = new Set<string>();

  const mapFor = async (trace: Trace, format: Format): Promise<SourceEvidence | undefined> => {
    try {
      return await maps?.evidence(trace, format);
    } catch (error) {
      log('lock map', error);
      return undefined;
    }
  };

  /** The trace with source code and lock maps as evidence; itself where there are none for it. */
  const judged = async (
    trace: Trace,
    files: SourceFiles,
    wanted: () => boolean,
    readAsset: ReadAsset,
  ): Promise<Trace> => {
    const format = formatById(trace.format);
    if (!format?.sourced) return trace;
    const asked = trace.facts.waits.some((wait) => wait.on !== undefined);
    const map = asked ? await mapFor(trace, format) : undefined;
    if (asked && (files.any || map)) {
      const parser = files.any ? await loadGoParser(unpacked(readAsset, resting())) : undefined;
      const better = await verified(trace, format, { files, parser, more: map ? [map] : [] }, new Pace(wanted));
      if (better !== trace) return better;
    }
    format.sourced.forget(trace);
    return trace;
  };

  const verifyNext = async (): Promise<boolean> => {
    const next = workspace.unverified();
    if (!next || !readAsset || !maps) return false;
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
      const before = namedIn(document.own);
      if (wanted() && document.settle(same ? undefined : better, generation)) changed(before !== namedIn(document.own));
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
      // Between two documents whoever waits for an answer gets it.
      while (await verifyNext()) await new Promise((resolve) => setTimeout(resolve, 0));
    } finally {
      running = false;
    }
  };
  const soon = (): void => {
    clearTimeout(timer);
    // One round that is still at work is waited for.
    const largest = Math.max(0, ...workspace.documents.map(({ size }) => size));
    timer = setTimeout(() => (running ? soon() : void run()), QUIET.least + (QUIET.more * largest) / 1e6);
  };
  return { soon, stop: () => clearTimeout(timer) };
}
