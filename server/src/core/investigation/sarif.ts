// The findings as a SARIF 2.1.0 log, for code scanning and editors that show such: one result a finding, with the chain of waits that leads
// through it as a code flow. https://docs.oasis-open.org/sarif/sarif/v2.1.0/

import { findArticle, keyOf } from './articles.js';
import { fillPlain } from './escape.js';
import { capital, type Finding, type Severity } from './finding.js';
import { allFindings } from './findings.js';
import type { WaitForGraph } from './graph.js';
import type { RejectedFile } from './json.js';
import { lineOf, type Place } from './places.js';
import { chainOfFinding, stepWords } from './steps.js';

const LEVELS: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = {
  error: 'error',
  warning: 'warning',
  information: 'note',
  hint: 'note',
};

/** Links of a chain, and places besides, that are told of one finding. */
const MOST_STEPS = 50;

/** A plain value for JSON.stringify. `version`: of this program. */
export function sarifLog(graph: WaitForGraph, rejected: readonly RejectedFile[], version: string): object {
  const found = allFindings(graph);
  const ids = [...new Set(found.map(({ id }) => id))];
  const files = [...new Set(graph.traces.map(({ scope }) => scope))];
  const location = ({ trace, span }: Place, words?: string, id?: number): object => ({
    ...(id === undefined ? {} : { id }),
    physicalLocation: {
      artifactLocation: { uri: uriOf(trace.scope), index: files.indexOf(trace.scope) },
      region: { startLine: lineOf(trace, span.start) },
    },
    ...(words === undefined ? {} : { message: message(words) }),
  });
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'Trace Investigator',
            // A version is told only where it is one.
            ...(/^\d+\.\d+\.\d+/.test(version) ? { semanticVersion: version } : {}),
            rules: ids.map((id) => ruleOf(found.find((finding) => finding.id === id)!)),
          },
        },
        columnKind: 'utf16CodeUnits',
        artifacts: files.map((file) => ({ location: { uri: uriOf(file) }, roles: ['analysisTarget'] })),
        invocations: [
          {
            executionSuccessful: true,
            toolExecutionNotifications: rejected.map(({ file, reason }) => ({
              level: 'note',
              message: message(`Not used: ${reason}`),
              locations: [{ physicalLocation: { artifactLocation: { uri: uriOf(file) } } }],
            })),
          },
        ],
        results: found.map((finding) => {
          const steps = chainOfFinding(graph, finding).slice(0, MOST_STEPS);
          const flow = steps.flatMap((step) =>
            step.place ? [{ location: location(step.place, withHolder(stepWords(step), step.holder)) }] : [],
          );
          return {
            ruleId: finding.id,
            ruleIndex: ids.indexOf(finding.id),
            level: LEVELS[finding.severity],
            message: message(finding.message),
            locations: [location(finding)],
            ...(finding.related.length > 0
              ? { relatedLocations: finding.related.map((related, at) => location(related, related.message, at + 1)) }
              : {}),
            ...(flow.length > 1 ? { codeFlows: [{ threadFlows: [{ locations: flow }] }] } : {}),
          };
        }),
      },
    ],
  };
}

const withHolder = (words: string, holder: string): string => (holder === '' ? words : `${words}: ${holder}`);

function ruleOf(finding: Finding): object {
  const { id } = finding;
  // Of a `limit` the rule is one for all problems: its article is about one of them.
  const article = finding.problem === undefined ? findArticle(keyOf(finding)) : undefined;
  const title = finding.note ? id.replace(/[.-]+/g, ' ') : (article?.title ?? LIMIT);
  // What a note means, its results say themselves.
  const help = [finding.note ? '' : (article?.text ?? ''), article?.next ?? ''].filter(Boolean).join(' ');
  return {
    id,
    shortDescription: message(capital(title)),
    ...(help === '' ? {} : { help: message(fillPlain(help)) }),
  };
}

/** What findings with the id `limit` have in common. */
const LIMIT = 'what the file cannot tell, or could not be read of it';

/** Brackets before a parenthesis would be a link to a viewer (section 3.11.6), and what stands in it may be a trace's. */
const message = (text: string): { readonly text: string } => ({ text: text.replaceAll('](', '] (') });

/** A path as a URI: absolute ones with `file:`, others as they are, relative to where the command ran. */
function uriOf(path: string): string {
  const slashes = /^[A-Za-z]:[\\/]/.test(path) ? `/${path.replaceAll('\\', '/')}` : path;
  const encoded = slashes
    .split('/')
    .map((part) => encodeURIComponent(part.replace(/\p{Cs}/gu, '\ufffd')))
    .join('/');
  return encoded.startsWith('/') ? `file://${encoded.replace(/^\/([A-Za-z])%3A\//, '/$1:/')}` : encoded;
}
