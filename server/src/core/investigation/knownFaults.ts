// Known faults in words: as findings, in the report, in the verdict.

import { type Finding, MOST_RELATED } from './finding.js';
import type { WaitForGraph } from './graph.js';
import { placeName } from './places.js';
import { type Block, heading, type Line, list, paragraph } from './prose.js';
import { type Recognised, recognise } from './recognise.js';

/** `Known fault: systemd has used up its D-Bus cookies.` or `This may be a known fault: …`, with what was seen. */
export function faultSentence({ fault, verdict, seen, against }: Recognised): string {
  const name = verdict === 'recognised' ? `Known fault: ${fault.name}` : `This may be a known fault: ${fault.name}`;
  const marks = seen.map(({ mark }) => mark.says).join('; ');
  const doubt = against.length > 0 ? ` Against it: ${against.map(({ mark }) => mark.says).join('; ')}.` : '';
  return `${name} (${marks}).${doubt}`;
}

/** `Known fault: systemd has used up its D-Bus cookies (what proves it): what ends it.` */
export function remedySentence({ fault, proven, seen }: Recognised): string {
  const marks = proven ? seen.slice(0, 1) : seen;
  return `Known fault: ${fault.name} (${marks.map(({ mark }) => mark.says).join('; ')}): ${fault.remedy}.`;
}

/** One finding a fault, at the first place that shows it. */
export function faultFindings(graph: WaitForGraph): Finding[] {
  return recognise(graph).flatMap((known): Finding[] => {
    const [first, ...others] = known.seen;
    if (!first) return [];
    return [
      {
        id: known.fault.id,
        severity: known.verdict === 'recognised' ? 'error' : 'information',
        trace: first.trace,
        span: first.span,
        section: first.section,
        entity: undefined,
        message: `${faultSentence(known)} ${known.fault.fix}`,
        related: others.slice(0, MOST_RELATED).map(({ trace, span, mark }) => ({ trace, span, message: mark.says })),
      },
    ];
  });
}

/** What each known fault is, what showed it, what mends it. */
export function faultBlocks(graph: WaitForGraph): Block[] {
  const found = recognise(graph);
  if (found.length === 0) return [];
  return [
    heading(2, 'Known faults'),
    ...found.flatMap(({ fault, verdict, seen, against }): Block[] => {
      const marks = (from: typeof seen, lead: string): Line[] =>
        from.map(({ trace, span, mark }) => [
          { place: placeName(graph, { trace, span }), trace, span },
          ` ${lead}${mark.says}`,
        ]);
      return [
        paragraph({ strong: fault.name }, verdict === 'recognised' ? ': recognised by' : ': a suspicion only, for'),
        list([...marks(seen, ''), ...marks(against, 'against it: ')]),
        paragraph({ template: `${fault.text} ${fault.fix}` }),
        paragraph({ template: `To be sure: ${fault.check} (Known from: ${fault.source}.)` }),
      ];
    }),
  ];
}
