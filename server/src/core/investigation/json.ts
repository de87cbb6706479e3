// The investigation as JSON, schema 1: what `trace-investigator investigate --json` prints. Numbers of lines count from 1.
// Ids are `kind:name`; `part` tells several dumps of one document apart.

import { said, type Value } from '../text/l10n.js';
import { readEntity } from '../trace/entity.js';
import type { EntityId, Trace, Wait } from '../trace/trace.js';
import { behind, isGuess, wayTo } from './behind.js';
import { allFindings } from './findings.js';
import type { WaitForGraph } from './graph.js';
import { describeState, entityName, evidencePlain, unheldWords } from './phrases.js';
import { headOf, homeOf, lineOf } from './places.js';
import { recognise } from './recognise.js';

/** A file that was read and is no trace, or could not be read. */
export interface RejectedFile {
  readonly file: string;
  readonly reason: Value;
}

const shortId = (entity: EntityId): string => {
  const { kind, name } = readEntity(entity);
  return `${kind}:${name}`;
};

/** Chains are told for so many roots. */
const MOST_CHAINS = 50;

/** A plain value for JSON.stringify. */
export function investigationJson(graph: WaitForGraph, rejected: readonly RejectedFile[] = []): object {
  const several = new Set(graph.traces.filter((trace) => trace.parts.length > 1));
  const part = (trace: Trace, index: number): { part?: number } => (several.has(trace) ? { part: index } : {});
  const partOf = (trace: Trace, entity: EntityId): { part?: number } => part(trace, homeOf(graph, entity)?.part ?? 0);
  return {
    schema: 1,
    files: [
      ...graph.traces.map((trace) => ({
        file: trace.scope,
        format: trace.format,
        lines: trace.lines.total,
        understood: trace.lines.understood,
        sections: trace.sections.length,
        parts: trace.parts.length,
        problems: trace.problems.length,
      })),
      ...rejected.map(({ file, reason }) => ({
        file,
        format: null,
        reason: said(reason),
        lines: 0,
        sections: 0,
        problems: 0,
      })),
    ],
    waits: graph.traces.flatMap((trace) =>
      trace.facts.waits.map((wait) => ({
        file: trace.scope,
        line: lineOf(trace, trace.sections.at(wait.section).head.start),
        waiter: shortId(wait.waiter),
        on: wait.on === undefined ? null : shortId(wait.on),
        kind: wait.kind,
        state: wait.state,
        seconds: wait.seconds ?? null,
        site: wait.site,
        ...callJson(graph, wait),
        ...partOf(trace, wait.waiter),
      })),
    ),
    holds: graph.traces.flatMap((trace) =>
      trace.facts.holds.map((hold) => ({
        file: trace.scope,
        line: lineOf(trace, trace.sections.at(hold.section).head.start),
        holder: shortId(hold.holder),
        of: shortId(hold.of),
        mode: hold.mode,
        confidence: hold.confidence,
        because: evidencePlain(trace, hold),
        ...partOf(trace, hold.of),
      })),
    ),
    locksWithoutHolder: graph.traces.flatMap((trace) =>
      trace.facts.unheld.map((unheld) => ({
        file: trace.scope,
        of: shortId(unheld.of),
        because: unheldWords(graph, unheld.of),
        ...partOf(trace, unheld.of),
      })),
    ),
    cycles: graph.cycles.map((cycle) => {
      const trace = graph.waitOf(cycle.members[0]!)?.trace;
      return {
        file: trace?.scope ?? null,
        members: cycle.members.map(shortId),
        confidence: cycle.confidence,
        ...(trace ? partOf(trace, cycle.members[0]!) : {}),
      };
    }),
    episodes: graph.traces.flatMap((trace) =>
      (trace.facts.episodes ?? []).map((episode) => ({
        file: trace.scope,
        line: lineOf(trace, trace.sections.at(episode.section).head.start),
        lastLine: lineOf(trace, trace.sections.at(episode.last).head.start),
        kind: episode.kind,
        outage: episode.outage,
        count: episode.count,
        lastRelist: episode.lastRelist ?? null,
        thresholdSeconds: episode.thresholdSeconds ?? null,
        from: episode.from ?? null,
        to: episode.to ?? null,
      })),
    ),
    faults: recognise(graph).map(({ fault, verdict, seen }) => ({
      id: fault.id,
      name: fault.name,
      verdict,
      marks: seen.map(({ trace, span, mark }) => ({
        file: trace.scope,
        line: lineOf(trace, span.start),
        says: mark.says,
      })),
      fix: fault.fix,
      source: fault.source,
    })),
    findings: allFindings(graph).map((finding) => ({
      id: finding.id,
      severity: finding.severity,
      file: finding.trace.scope,
      line: lineOf(finding.trace, finding.span.start),
      message: finding.message,
      related: finding.related.map((related) => ({
        file: related.trace.scope,
        line: lineOf(related.trace, related.span.start),
        message: related.message,
      })),
    })),
    chains: [
      ...graph.cycles.map(({ members }) => graph.chain(members[0]!).links),
      ...behind(graph)
        .roots.slice(0, MOST_CHAINS)
        .map((root) => wayTo(graph, root)),
    ].map((links) =>
      links.map((link, at) => {
        const place = headOf(graph, link.entity);
        const before = links[at - 1];
        return {
          file: place?.trace.scope ?? null,
          line: place ? lineOf(place.trace, place.span.start) : null,
          entity: shortId(link.entity),
          text: link.wait
            ? `${entityName(graph, link.entity)} ${describeState(graph, link.wait)}`
            : entityName(graph, link.entity),
          ...(before && isGuess(graph, before) && { possibly: true }),
        };
      }),
    ),
  };
}

/** A system call: its descriptor, what that is, and who must act for the call to end. */
function callJson(graph: WaitForGraph, wait: Wait): object {
  const { call, fd, target } = wait;
  const peer = wait.state === 'blocked' || wait.state === 'idle' ? peerOf(graph, wait) : undefined;
  const opened = target?.opened;
  const home = opened && graph.traces.find((other) => other.scope === opened.scope);
  return {
    ...(call === undefined ? {} : { call }),
    ...(fd === undefined ? {} : { fd }),
    ...(target
      ? {
          target: {
            kind: target.kind,
            name: target.name,
            ...(opened && home ? { openedLine: lineOf(home, opened.span.start), openedFile: opened.scope } : {}),
          },
        }
      : {}),
    ...(peer === undefined ? {} : { peer: shortId(peer) }),
  };
}

/** Who holds what is waited for, unless that is only possible; or the process or thread that is itself waited for. */
function peerOf(graph: WaitForGraph, wait: Wait): EntityId | undefined {
  const { on } = wait;
  if (on === undefined) return undefined;
  const { kind } = readEntity(on);
  if (kind === 'process' || kind === 'thread') return on;
  const hold = graph.endersOf(wait)[0]?.hold;
  return hold && hold.confidence !== 'possible' ? hold.holder : undefined;
}
