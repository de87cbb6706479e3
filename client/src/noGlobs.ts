// Stands for the package minimatch in the client's bundles. The protocol's library wants it for globs that a server may announce, in
// filters of documents and for operations on files; ours announces none, and a test of the package sees that (25 KB less).

/** What the library would make of a glob. Throws: there must be none. */
export class Minimatch {
  constructor(glob: string) {
    throw new Error(`no globs here: ${glob}`);
  }
}
