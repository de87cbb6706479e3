// The only way to make a Trace: a format gives the parts, the builder keeps what was worked out.

import type { Excerpt } from '../text/excerpt.js';
import { SourceText } from '../text/source.js';
import type { Span } from '../text/span.js';
import type { EntityId, Facts, Inside, Outline, Part, Problem, Sections, Shape, Trace } from './trace.js';

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
  readonly outline?: () => readonly Outline[];
  readonly folds?: () => readonly Span[];
  /** Called again for a section that fell out of the cache; must give the same each time. */
  readonly inside: (section: number) => Inside;
  readonly mentionsOf?: (entity: EntityId, limit: number) => readonly Span[];
  readonly sectionOf?: (entity: EntityId) => number | undefined;
  readonly landings?: () => ReadonlyMap<EntityId, number>;
}

const KEPT_SECTIONS = 4096;

export function buildTrace(parts: TraceParts): Trace {
  let shapes: readonly Shape[] | undefined;
  let facts: Facts | undefined;
  let outline: readonly Outline[] | undefined;
  let folds: readonly Span[] | undefined;
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
    get outline() {
      outline ??= parts.outline?.();
      return outline;
    },
    get folds() {
      folds ??= parts.folds?.();
      return folds;
    },
    ...(parts.mentionsOf && { mentionsOf: parts.mentionsOf }),
    ...(parts.sectionOf && { sectionOf: parts.sectionOf }),
    ...(parts.landings && { landings: parts.landings }),
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

const excerpts = new WeakMap<Trace, Excerpt>();

/** Makes the trace of an excerpt count lines as the file does, and say what it is. The same object: formats know it by that. */
export function markExcerpt(trace: Trace, excerpt: Excerpt): void {
  excerpts.set(trace, excerpt);
  const source = new SourceText(trace.text);
  const words = (count: number): string => count.toLocaleString('en-US');
  const values = {
    kept: words(excerpt.kept),
    lines: words(excerpt.lines),
    alike: excerpt.alike > 0 ? words(excerpt.alike) : '',
    crowded: excerpt.crowdedOut > 0 ? words(excerpt.crowdedOut) : '',
  };
  const problem = { span: { start: 0, end: 0 }, code: 'excerpt', values };
  const { understood } = trace.lines;
  Object.defineProperties(trace, {
    lineAt: { value: (offset: number) => excerpt.lineInFile(source.lineAt(offset)), enumerable: true },
    lines: { value: { total: excerpt.lines, understood: Math.min(understood, excerpt.lines) }, enumerable: true },
    problems: { value: [problem, ...trace.problems], enumerable: true },
  });
}

/** A trace that was made anew of another one's text is of the same excerpt. */
export function markAlike(made: Trace, of: Trace): void {
  const excerpt = excerpts.get(of);
  if (excerpt && made !== of && !excerpts.has(made)) markExcerpt(made, excerpt);
}
