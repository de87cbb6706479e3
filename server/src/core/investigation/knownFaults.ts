// Known faults in words: as findings, in the report, in the verdict.

import { fromTable, t } from '../text/l10n.js';
import type { Fault } from './faults.js';
import { type Finding, MOST_RELATED } from './finding.js';
import type { WaitForGraph } from './graph.js';
import { placeName } from './places.js';
import { type Block, heading, type Line, list, paragraph } from './prose.js';
import { type Recognised, recognise } from './recognise.js';

/** `Known fault: systemd has used up its D-Bus cookies.` or `This may be a known fault: …`, with what was seen. */
export function faultSentence({ fault, verdict, seen, against }: Recognised): string {
  const told = `${fromTable(fault.name)} (${says(seen)})`;
  const name = verdict === 'recognised' ? t('Known fault: {0}.', told) : t('This may be a known fault: {0}.', told);
  return against.length > 0 ? `${name} ${t('Against it: {0}.', says(against))}` : name;
}

const says = (marks: Recognised['seen']): string => marks.map(({ mark }) => fromTable(mark.says)).join('; ');

/** What mends a fault, and what shows that it is this one: Markdown. */
export const mending = ({ fix, check }: Pick<Fault, 'fix' | 'check'>): string =>
  t('{0} To be sure: {1}', fromTable(fix), fromTable(check));

/** `Known fault: systemd has used up its D-Bus cookies (what proves it): what ends it.` */
export function remedySentence({ fault, proven, seen }: Recognised): string {
  const marks = proven ? seen.slice(0, 1) : seen;
  return t('Known fault: {0} ({1}): {2}.', fromTable(fault.name), says(marks), fromTable(fault.remedy));
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
        message: `${faultSentence(known)} ${fromTable(known.fault.fix)}`,
        related: others
          .slice(0, MOST_RELATED)
          .map(({ trace, span, mark }) => ({ trace, span, message: fromTable(mark.says) })),
      },
    ];
  });
}

/** What each known fault is, what showed it, what mends it. */
export function faultBlocks(graph: WaitForGraph): Block[] {
  const found = recognise(graph);
  if (found.length === 0) return [];
  return [
    heading(2, t('Known faults')),
    ...found.flatMap(({ fault, verdict, seen, against }): Block[] => {
      const marks = (from: typeof seen, say: (mark: string) => string): Line[] =>
        from.map(({ trace, span, mark }) => [
          { place: placeName(graph, { trace, span }), trace, span },
          ` ${say(fromTable(mark.says))}`,
        ]);
      const judged = verdict === 'recognised' ? t('recognised by') : t('a suspicion only, for');
      return [
        paragraph({ strong: fromTable(fault.name) }, `: ${judged}`),
        list([...marks(seen, (mark) => mark), ...marks(against, (mark) => t('against it: {0}', mark))]),
        paragraph({ template: `${fromTable(fault.text)} ${fromTable(fault.fix)}` }),
        paragraph({ template: t('To be sure: {0} (Known from: {1}.)', fromTable(fault.check), fault.source) }),
      ];
    }),
  ];
}
