// Small traces made by hand: who waits for what and who holds what is said by the test, not concluded from stacks, so that
// wording and ranking are tested apart from any format.

import { buildGraph, type WaitForGraph } from '../../server/src/core/investigation/graph.js';
import { buildTrace } from '../../server/src/core/trace/builder.js';
import type {
  Confidence,
  Evidence,
  Hold,
  Mention,
  Note,
  Problem,
  Section,
  Trace,
  Unheld,
  Wait,
  WaitKind,
  WaitState,
} from '../../server/src/core/trace/trace.js';

export interface FakeGoroutine {
  readonly id: number;
  readonly state?: string;
  /** Name of a lock, or a whole entity id with a colon. */
  readonly waitsFor?: string;
  readonly kind?: WaitKind;
  readonly waitState?: WaitState;
  readonly minutes?: number;
  readonly site?: string;
  readonly holds?: readonly {
    readonly of: string;
    readonly confidence?: Confidence;
    readonly mode?: Hold['mode'];
    readonly evidence?: readonly Evidence[];
  }[];
  /** Goroutines with the same word have the same stack; words with dots are its functions. */
  readonly stack?: string;
  /** A count of equal goroutines, as pprof prints it. */
  readonly count?: number;
  /** Its frame, instead of `main.f()`. */
  readonly frame?: string;
}

export interface FakeOptions {
  readonly scope?: string;
  /** Short names of locks, by name. */
  readonly names?: Readonly<Record<string, string>>;
  readonly unheld?: readonly { readonly of: string; readonly reason: string }[];
  readonly problems?: readonly Omit<Problem, 'span'>[];
  /** What the format says of the first goroutine's section. */
  readonly notes?: readonly Pick<Note, 'code' | 'severity' | 'values'>[];
  /** What the dump begins with: `panic: …`. */
  readonly part?: string;
}

/** Every goroutine takes two lines: its header and one frame. */
export function fakeTrace(goroutines: readonly FakeGoroutine[], options: FakeOptions = {}): Trace {
  const scope = options.scope ?? 'dump.txt';
  const local = (kind: string, name: string): string => (name.includes(':') ? name : `${kind}:${name}@${scope}`);
  const goroutine = (id: number): string => local('goroutine', String(id));
  let text = '';
  const sections: Section[] = [];
  const shapes = new Map<string, number[]>();
  goroutines.forEach((g, index) => {
    const start = text.length;
    const head = `goroutine ${g.id} [${g.state ?? 'running'}]:`;
    text += `${head}\n${g.frame ?? 'main.f()'}\n\n`;
    const stack = g.stack ?? String(g.id);
    const sections_ = shapes.get(stack) ?? [];
    shapes.set(stack, sections_);
    sections_.push(index);
    sections.push({
      index,
      kind: g.count ? 'goroutine group' : 'goroutine',
      span: { start, end: text.length - 1 },
      head: { start, end: start + head.length },
      label: g.count ? `${g.count} goroutines` : `goroutine ${g.id}`,
      detail: `${g.state ?? 'running'} · ${g.site ?? 'main.f'}`,
      entity: goroutine(g.id),
      part: 0,
      shape: [...shapes.keys()].indexOf(stack),
    });
  });
  const waits = goroutines.flatMap((g, section): Wait[] =>
    g.waitsFor === undefined && g.kind === undefined
      ? []
      : [
          {
            waiter: goroutine(g.id),
            section,
            span: sections[section]!.head,
            on: g.waitsFor === undefined ? undefined : local('lock', g.waitsFor),
            kind: g.kind ?? 'mutex',
            state: g.waitState ?? 'blocked',
            seconds: g.minutes === undefined ? undefined : g.minutes * 60,
            topic: { kind: 'wait', name: g.kind ?? 'mutex' },
            site: g.site ?? 'main.f',
          },
        ],
  );
  const holds = goroutines.flatMap((g, section) =>
    (g.holds ?? []).map(
      (hold): Hold => ({
        holder: goroutine(g.id),
        section,
        of: local('lock', hold.of),
        mode: hold.mode ?? 'write',
        confidence: hold.confidence ?? 'likely',
        evidence: hold.evidence ?? [],
      }),
    ),
  );
  const unheld = (options.unheld ?? []).map(
    (row): Unheld => ({ of: local('lock', row.of), reason: row.reason, values: {} }),
  );
  const names = new Map(Object.entries(options.names ?? {}).map(([name, short]) => [local('lock', name), short]));
  const notes = (options.notes ?? []).map(
    (note): Note => ({
      ...note,
      about: 'mark',
      lens: 'info',
      section: 0,
      span: sections[0]!.head,
      related: [],
    }),
  );
  const mentions = (section: number): Mention[] => [
    { span: sections[section]!.head, kind: 'entity', entity: sections[section]!.entity! },
  ];
  return buildTrace({
    format: 'goroutine-dump',
    scope,
    text,
    sections: {
      length: sections.length,
      at: (index) => sections[index]!,
      find: (offset) => {
        const at = sections.findIndex(({ span }) => span.start <= offset && offset <= span.end);
        return at < 0 ? undefined : at;
      },
    },
    parts: [
      {
        label: options.part ?? 'dump',
        span: { start: 0, end: text.length },
        sections: { start: 0, end: sections.length },
      },
    ],
    problems: (options.problems ?? []).map((problem) => ({ ...problem, span: { start: 0, end: 1 } })),
    lines: { total: goroutines.length * 3, understood: goroutines.length * 3 },
    shapes: () =>
      [...shapes].map(([stack, rows]) => ({
        title: 'main.f',
        lines: ['main.f', ...(stack.includes('.') ? stack.split(' ') : [])],
        sections: rows,
      })),
    facts: () => ({ waits, holds, unheld, names, notes }),
    inside: (section) => ({ items: [], mentions: mentions(section) }),
  });
}

/** One made-up trace and the graph over it. */
export function fake(
  goroutines: readonly FakeGoroutine[],
  options?: FakeOptions,
): { trace: Trace; graph: WaitForGraph } {
  const trace = fakeTrace(goroutines, options);
  return { trace, graph: buildGraph([trace]) };
}

/** Three waiters for one lock, its holder waits for a second lock, whose holder waits for an answer from outside. */
export const CHAIN: readonly FakeGoroutine[] = [
  { id: 1, waitsFor: '0xc000010000', minutes: 5, site: 'example.com/a/b.(*Pool).Get' },
  { id: 2, waitsFor: '0xc000010000', minutes: 4 },
  { id: 3, waitsFor: '0xc000010000' },
  { id: 20, waitsFor: '0xc000020000', minutes: 6, holds: [{ of: '0xc000010000' }] },
  {
    id: 30,
    waitsFor: 'rpc:Tasks/Start',
    kind: 'rpc',
    minutes: 7,
    holds: [{ of: '0xc000020000', confidence: 'certain' }],
  },
];

export const CHAIN_NAMES = { '0xc000010000': 'mutex #1', '0xc000020000': 'mutex #2' };
