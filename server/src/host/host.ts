// What the server needs from the machine it runs on, and cannot do by itself.

/** A folder with source code, and the part of printed paths that it stands for. */
export interface SourceRoot {
  readonly path: string;
  /** `/go/src/example.com/app`: where that folder was when the program was built. Without it, paths are tried from their end. */
  readonly prefix?: string;
}

export interface Host {
  /**
   * The URI of a source file as a trace prints it, if one of the roots has it. The path is untrusted: nothing outside the
   * roots is ever looked at.
   */
  findSource(file: string, roots: readonly SourceRoot[]): Promise<string | undefined>;
}

/** Reads the setting `traceInvestigator.sourceRoots`: paths, or objects of path and prefix. Anything else is left out. */
export function readSourceRoots(setting: unknown): SourceRoot[] {
  if (!Array.isArray(setting)) return [];
  const roots: SourceRoot[] = [];
  for (const item of setting) {
    if (typeof item === 'string' && item !== '') roots.push({ path: item });
    else if (typeof item === 'object' && item !== null && typeof item.path === 'string' && item.path !== '')
      roots.push(typeof item.prefix === 'string' ? { path: item.path, prefix: item.prefix } : { path: item.path });
  }
  return roots;
}

/**
 * The paths below a root at which a printed file may be, the likeliest first. Never leaves the root: a path with `..` gives
 * none.
 *
 * Example input:  `/go/src/example.com/app/pool.go`, no prefix
 * Example output: `go/src/example.com/app/pool.go`, `src/example.com/app/pool.go`, … `app/pool.go`
 */
export function pathsBelow(file: string, prefix: string | undefined): string[] {
  const parts = file.split(/[\\/]/).filter((part) => part !== '' && part !== '.');
  if (parts.length === 0 || parts.length > 64 || parts.some((part) => part === '..' || part.includes('\0'))) return [];
  if (prefix !== undefined) {
    const lead = prefix.split(/[\\/]/).filter(Boolean);
    return lead.every((part, at) => parts[at] === part) && parts.length > lead.length
      ? [parts.slice(lead.length).join('/')]
      : [];
  }
  // A name alone (`mutex.go`) is no evidence; the package's folder must agree too.
  const least = Math.min(2, parts.length);
  const paths: string[] = [];
  for (let from = 0; from <= parts.length - least; from++) paths.push(parts.slice(from).join('/'));
  return paths;
}
