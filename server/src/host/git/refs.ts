// What a git repository calls its commits: the names of branches and tags. https://git-scm.com/docs/gitrevisions

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Where a name is looked for, as git does. */
const PLACES = ['', 'refs/', 'refs/tags/', 'refs/heads/', 'refs/remotes/'] as const;
/** Names that lead to names. */
const DEEPEST = 5;
const OBJECT = /^[0-9a-f]{40}$/;

/** The object that a name leads to: a commit, or a tag's own object. undefined: there is no such name. */
export async function resolveRef(gitdir: string, name: string): Promise<string | undefined> {
  if (OBJECT.test(name)) return name;
  if (!isRefName(name)) return undefined;
  const packed = await packedRefs(gitdir);
  for (const ref of [...PLACES.map((place) => place + name), `refs/remotes/${name}/HEAD`]) {
    const object = await follow(gitdir, packed, ref, 0);
    if (object !== undefined) return object;
  }
  return undefined;
}

async function follow(
  gitdir: string,
  packed: ReadonlyMap<string, string>,
  ref: string,
  depth: number,
): Promise<string | undefined> {
  const text = await readFile(join(gitdir, ref), 'utf8').catch(() => undefined);
  const line = text?.slice(0, 4096).trim() ?? packed.get(ref);
  if (line === undefined) return undefined;
  if (OBJECT.test(line)) return line;
  const to = /^ref: (\S+)$/.exec(line)?.[1];
  return to !== undefined && isRefName(to) && depth < DEEPEST ? follow(gitdir, packed, to, depth + 1) : undefined;
}

async function packedRefs(gitdir: string): Promise<Map<string, string>> {
  const text = await readFile(join(gitdir, 'packed-refs'), 'utf8').catch(() => '');
  const refs = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, object, ref] = /^([0-9a-f]{40}) (\S+)$/.exec(line) ?? [];
    if (ref !== undefined) refs.set(ref, object!);
  }
  return refs;
}

/** As git-check-ref-format has it, as far as it keeps a name within the repository. */
const isRefName = (name: string): boolean => name !== '' && !/[\0-\x20\x7f~^:?*[\\]|\.\.|@\{|\/\/|^\/|\/$/.test(name);
