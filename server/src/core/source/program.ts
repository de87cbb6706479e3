// The parsed packages of a program, and the questions that telling locks apart asks of them: what has this type, what is
// this method, which struct declares this field. Packages that are not there are noted as wanted.

import type { FunctionDecl, SourceFile } from './outline.js';
import { outline } from './outline.js';
import type { GoParser, SyntaxNode } from './syntax.js';
import { type GoType, isLockType } from './types.js';

/** What `x.name` is. */
export type Member =
  /** `owner` names the struct that declares the field: `pkg.T`, or `pkg.T.health` for a struct type without a name. */
  | { readonly kind: 'field'; readonly owner: string; readonly type: GoType | undefined }
  | { readonly kind: 'method'; readonly decl: FunctionDecl }
  /** A method of an interface: who implements it is not known. */
  | { readonly kind: 'abstract'; readonly results: readonly (GoType | undefined)[] }
  /** A method of an embedded lock: `key` is that lock's. */
  | { readonly kind: 'lock'; readonly key: string }
  /** The type's package is not known; it may be either. */
  | { readonly kind: 'unknown'; readonly type: string };

interface GoPackage {
  readonly files: SourceFile[];
  readonly byName: Map<string, FunctionDecl>;
}

/** Embedded structs are followed so far. */
const DEPTH = 6;
const LOCK_METHOD = /^(?:R|Try|TryR)?(?:Lock|Unlock)$/;

export class Program {
  readonly #packages = new Map<string, GoPackage>();
  readonly #parser: GoParser;
  /** Import paths of packages that would tell more. */
  readonly wanted = new Set<string>();

  constructor(parser: GoParser) {
    this.#parser = parser;
  }

  /** Adds a file to its package; undefined where it cannot be parsed. `path` names the file, `pkg` is the import path. */
  add(path: string, pkg: string, text: string, parsed?: SyntaxNode): SourceFile | undefined {
    const root = parsed ?? this.#parser.parse(text);
    if (!root) return undefined;
    const file = outline(path, pkg, text, root);
    let known = this.#packages.get(pkg);
    if (!known) {
      known = { files: [], byName: new Map() };
      this.#packages.set(pkg, known);
    }
    known.files.push(file);
    for (const decl of file.functions) if (!known.byName.has(decl.name)) known.byName.set(decl.name, decl);
    this.wanted.delete(pkg);
    return file;
  }

  /** Notes that a package is not to be had. */
  addMissing(pkg: string): void {
    if (!this.#packages.has(pkg)) this.#packages.set(pkg, { files: [], byName: new Map() });
    this.wanted.delete(pkg);
  }

  has(pkg: string): boolean {
    return this.#packages.has(pkg);
  }

  #package(pkg: string): GoPackage | undefined {
    const known = this.#packages.get(pkg);
    if (!known && pkg && pkg !== 'sync') this.wanted.add(pkg); // what sync's locks do is known
    return known;
  }

  /** All files, package by package. */
  *files(): Generator<SourceFile> {
    for (const { files } of this.#packages.values()) yield* files;
  }

  /** All functions and methods of the packages at hand. */
  *functions(): Generator<FunctionDecl> {
    for (const { files } of this.#packages.values()) for (const file of files) yield* file.functions;
  }

  /** A plain function of a package. */
  function(pkg: string, name: string): FunctionDecl | undefined {
    return this.#package(pkg)?.byName.get(name);
  }

  method(pkg: string, type: string, name: string): FunctionDecl | undefined {
    const known = this.#package(pkg);
    return known?.byName.get(`(*${type}).${name}`) ?? known?.byName.get(`${type}.${name}`);
  }

  variable(pkg: string, name: string): { file: SourceFile; type: GoType | undefined; value: unknown } | undefined {
    for (const file of this.#package(pkg)?.files ?? []) {
      const found = file.variables.get(name);
      if (found) return { file, ...found };
    }
    return undefined;
  }

  /** What stands behind a type's name, and where; of the packages at hand only. */
  declaration(pkg: string, name: string): { node: SyntaxNode; file: SourceFile } | undefined {
    for (const file of this.#packages.get(pkg)?.files ?? []) {
      const node = file.declarations.get(name);
      if (node) return { node, file };
    }
    return undefined;
  }

  /** What a named type is declared as, through names for names. */
  declared(type: GoType | undefined): GoType | undefined {
    let at = type;
    for (let depth = 0; depth < DEPTH && at?.kind === 'named' && at.pkg !== 'sync'; depth++) {
      let next: GoType | undefined;
      for (const file of this.#package(at.pkg)?.files ?? [])
        if (file.types.has(at.name)) {
          next = file.types.get(at.name);
          break;
        }
      at = next;
    }
    return at;
  }

  /** Looks `name` up in a type as Go does: its own fields and methods, then those of embedded structs, level by level. */
  member(type: GoType | undefined, owner: string, name: string): Member | undefined {
    if (!type) return undefined;
    let level: { type: GoType; owner: string }[] = [{ type, owner }];
    let unknown: Member | undefined;
    for (let depth = 0; depth < DEPTH && level.length > 0; depth++) {
      const next: { type: GoType; owner: string }[] = [];
      for (const at of level) {
        const { type: t } = at;
        const here = t.kind === 'named' ? `${t.pkg}.${t.name}` : at.owner;
        if (t.kind === 'named') {
          if (isLockType(t)) {
            if (LOCK_METHOD.test(name)) return { kind: 'lock', key: at.owner };
            continue;
          }
          const decl = this.method(t.pkg, t.name, name);
          if (decl) return { kind: 'method', decl };
          const files = this.#package(t.pkg)?.files;
          if (!files || files.length === 0) {
            unknown ??= { kind: 'unknown', type: here };
            continue;
          }
        }
        const declared = t.kind === 'named' ? this.declared(t) : t;
        if (isLockType(declared)) {
          if (LOCK_METHOD.test(name)) return { kind: 'lock', key: here };
          continue;
        }
        if (declared?.kind === 'interface') {
          const results = declared.methods.get(name);
          if (results) return { kind: 'abstract', results };
          for (const embedded of declared.embedded) next.push({ type: embedded, owner: here });
        }
        if (declared?.kind !== 'struct') continue;
        for (const f of declared.fields) {
          if (f.name === name) return { kind: 'field', owner: here, type: f.type };
          if (f.embedded && f.type) next.push({ type: f.type, owner: `${here}.${f.name}` });
        }
      }
      level = next;
    }
    return unknown;
  }
}
