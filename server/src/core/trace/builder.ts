// The only way to make a Trace: a format gives the parts, the builder keeps what was worked out.

import type { Facts, Inside, Part, Problem, Sections, Shape, Trace } from './trace.js';

export interface TraceParts {
  readonly format: string;
  readonly scope: string;
  readonly text: string;
  readonly sections: Sections;
  readonly parts: readonly Part[];
  readonly problems: readonly Problem[];
  readonly lines: { readonly total: number; readonly understood: number };
  /** Each is called once, when first asked for. */
  readonly shapes: () => readonly Shape[];
  readonly facts: () => Facts;
  /** Called again for a section that fell out of the cache; must give the same each time. */
  readonly inside: (section: number) => Inside;
}

const KEPT_SECTIONS = 4096;

export function buildTrace(parts: TraceParts): Trace {
  let shapes: readonly Shape[] | undefined;
  let facts: Facts | undefined;
  const kept = new Map<number, Inside>();
  return {
    format: parts.format,
    scope: parts.scope,
    text: parts.text,
    sections: parts.sections,
    parts: parts.parts,
    problems: parts.problems,
    lines: parts.lines,
    get shapes() {
      shapes ??= parts.shapes();
      return shapes;
    },
    get facts() {
      facts ??= parts.facts();
      return facts;
    },
    inside(section) {
      let inside = kept.get(section);
      if (!inside) {
        if (kept.size >= KEPT_SECTIONS) kept.clear();
        inside = parts.inside(section);
        kept.set(section, inside);
      }
      return inside;
    },
  };
}
