// Judges a trace again with the program's source code: what the judging asks for is looked up and read, until nothing more is
// asked for. All of it in slices, so that whoever waits for an answer meanwhile gets it.

import type { Format } from '../core/formats/format.js';
import type { SourceEvidence } from '../core/source/evidence.js';
import { LiveSource, type SourceText } from '../core/source/live.js';
import { markAlike } from '../core/trace/builder.js';
import type { Trace } from '../core/trace/trace.js';
import type { ParseGo } from './goParser.js';
import type { Pace } from './pace.js';
import type { SourceFiles } from './sourceFiles.js';

/** Each round may ask for packages that the files of the one before name. */
const ROUNDS = 8;

export interface Sources {
  /** Files, and what parses them. */
  readonly files?: SourceFiles | undefined;
  readonly parser?: ParseGo | undefined;
  /** What is asked where no file fits: lock maps. */
  readonly more?: readonly SourceEvidence[];
}

/** The trace with source as evidence; itself where there is none, or the format has no use for it. */
export async function verified(trace: Trace, format: Format, sources: Sources, pace: Pace): Promise<Trace> {
  const judged = await judgedAgain(trace, format, sources, pace);
  markAlike(judged, trace);
  return judged;
}

async function judgedAgain(trace: Trace, format: Format, sources: Sources, pace: Pace): Promise<Trace> {
  const { sourced } = format;
  if (!sourced) return trace;
  const { files, parser, more = [] } = sources;
  if (!files || !parser) {
    try {
      return more.length > 0 ? await pace.run(sourced.refine(trace, more)) : trace;
    } finally {
      sourced.forget(trace);
    }
  }
  const live = new LiveSource(parser, (printed) => {
    const file = files.known(printed);
    return file && { origin: file.root.origin, uri: files.uri(printed) };
  });
  const evidence = [live, ...more];
  const parsed = async (text: SourceText): Promise<SourceText | undefined> => {
    const root = await parser.parseInSlices(text.text, pace);
    return root && { ...text, root };
  };
  const all = async (texts: readonly SourceText[]): Promise<SourceText[]> => {
    const list: SourceText[] = [];
    for (const text of texts) list.push(...[await parsed(text)].filter((one) => one !== undefined));
    return list;
  };
  try {
    let answered = false;
    for (let round = 0; round < ROUNDS; round++) {
      answered = await pace.run(sourced.ask(trace, evidence));
      if (live.wantedFiles.size === 0 && live.wantedPackages.size === 0) break;
      for (const [printed, func] of [...live.wantedFiles]) {
        const file = await files.find(printed);
        const text = file && (await files.read(file));
        const source = text === undefined ? undefined : await parsed({ path: file!.path, text });
        if (file && source)
          live.give(printed, func, source, live.knows(func) ? [] : await all(await files.others(file)));
        else live.give(printed, func, undefined);
        await pace.rest();
      }
      for (const pkg of [...live.wantedPackages]) live.givePackage(pkg, await all(await files.package(pkg)));
    }
    return answered ? await pace.run(sourced.refine(trace, evidence)) : trace;
  } finally {
    sourced.forget(trace);
  }
}
