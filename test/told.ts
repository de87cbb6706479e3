// What a trace says, place by place, to be compared with what another says of the same text.

import type { Trace } from '../server/src/core/trace/trace.js';

export function told(trace: Trace): object {
  const sections = Array.from({ length: trace.sections.length }, (_, at) => {
    const { span, label, detail, entity } = trace.sections.at(at);
    return [span, label, detail, entity];
  });
  const { waits, holds, notes, episodes, summary, unheld } = trace.facts;
  const { lines, problems } = trace;
  return { sections, waits, holds, notes, episodes, summary, unheld, lines, problems };
}
