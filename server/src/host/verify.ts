// Judges a trace again with the program's source code: what the judging asks for is read from disk, until nothing more is
// asked for.

import type { Format } from '../core/formats/format.js';
import { LiveSource } from '../core/source/live.js';
import type { GoParser } from '../core/source/syntax.js';
import type { Trace } from '../core/trace/trace.js';
import type { SourceFiles } from './sourceFiles.js';

/** Each round may ask for packages that the files of the one before name. */
const ROUNDS = 8;

/** The trace with source as evidence; itself where the format has no use for source. */
export async function verified(trace: Trace, format: Format, parser: GoParser, files: SourceFiles): Promise<Trace> {
  const { sourced } = format;
  if (!sourced) return trace;
  const source = new LiveSource(parser);
  let answered = false;
  for (let round = 0; round < ROUNDS; round++) {
    answered = sourced.ask(trace, source);
    if (source.wantedFiles.size === 0 && source.wantedPackages.size === 0) break;
    for (const [file, func] of [...source.wantedFiles]) {
      const path = await files.find(file);
      const text = path === undefined ? undefined : await files.read(path);
      if (path === undefined || text === undefined) source.give(file, func, undefined);
      else source.give(file, func, { path, text }, source.knows(func) ? [] : await files.others(path));
    }
    for (const pkg of [...source.wantedPackages]) source.givePackage(pkg, await files.package(pkg));
  }
  return answered ? sourced.refine(trace, source) : trace;
}
