// Function names as tracebacks print them, taken apart as the source needs it.

export interface PrintedName {
  /** Import path: `github.com/docker/docker/daemon`, `main`. */
  readonly pkg: string;
  /** The rest without type arguments: `(*Daemon).ContainerStart.func1`. */
  readonly rest: string;
  /** The rest without what the compiler adds for literals and wrappers: `(*Daemon).ContainerStart`. */
  readonly outer: string;
  /** The name alone: `ContainerStart`. */
  readonly method: string;
  /** A function literal, or a wrapper that the compiler made. */
  readonly literal: boolean;
}

/** `.func1.2`, `.gowrap1`, `.deferwrap1`, `-fm`, `-range1`, `·dwrap·1`: what the compiler appends (closureName in closure.go). */
const ADDED = /(?:\.func\d+|\.gowrap\d+|\.deferwrap\d+|\.\d+|-fm|-range\d+|·d?wrap·\d+|·\d+)+$/;

const known = new Map<string, PrintedName>();

/**
 * Takes a printed function name apart.
 *
 * Example input:  `gopkg.in/x%2ev1.(*Map[...]).Load.func1.2`
 * Example output: pkg `gopkg.in/x.v1`, rest `(*Map).Load.func1.2`, outer `(*Map).Load`, method `Load`, a literal
 */
export function readPrinted(func: string): PrintedName {
  let name = known.get(func);
  if (name) return name;
  if (known.size > 50_000) known.clear();
  const paren = func.indexOf('(');
  const bracket = func.indexOf('[');
  const limit = Math.min(paren < 0 ? func.length : paren, bracket < 0 ? func.length : bracket);
  const slash = func.lastIndexOf('/', limit);
  const dot = func.indexOf('.', slash + 1);
  const path = dot < 0 ? func : func.slice(0, dot);
  const vendor = path.lastIndexOf('/vendor/');
  const pkg = (vendor < 0 ? path : path.slice(vendor + 8)).replace(/%([0-9a-f]{2})/g, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
  const rest = dropArguments(dot < 0 ? '' : func.slice(dot + 1));
  let outer = rest.replace(ADDED, '');
  if (/^init$/.test(outer) && /^init\.\d+/.test(rest)) outer = /^init\.\d+/.exec(rest)![0];
  // glob..func1: a literal outside of functions.
  if (rest.startsWith('glob.')) outer = 'glob.';
  const method = outer.startsWith('init.') ? 'init' : outer.slice(outer.lastIndexOf('.') + 1);
  name = { pkg, rest, outer, method, literal: outer.length < rest.length };
  known.set(func, name);
  return name;
}

/** Without `[...]`, however nested. */
function dropArguments(text: string): string {
  if (!text.includes('[')) return text;
  let depth = 0;
  let kept = '';
  for (const c of text) {
    if (c === '[') depth++;
    else if (c === ']') depth = Math.max(0, depth - 1);
    else if (depth === 0) kept += c;
  }
  return kept;
}
