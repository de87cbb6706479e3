// The findings as a SARIF 2.1.0 log, for code scanning and editors that show such: one result a finding, with the chain of waits that leads
// through it as a code flow. https://docs.oasis-open.org/sarif/sarif/v2.1.0/

import { articleOf } from '../formats/index.js';
import { fillPlain } from './escape.js';
import type { Finding, Severity } from './finding.js';
import { allFindings } from './findings.js';
import type { WaitForGraph } from './graph.js';
import type { RejectedFile } from './json.js';
import { lineOf, type Place } from './places.js';
import { recognise } from './recognise.js';
import { chainOfFinding, stepWords } from './steps.js';

const LEVELS: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = {
  error: 'error',
  warning: 'warning',
  information: 'note',
  hint: 'note',
};

/** The findings that no format and no known fault makes. */
const RULES: Readonly<Record<string, string>> = {
  deadlock: 'Several wait for each other in a circle: none of them can go on.',
  'root-blocker': 'Others are stuck behind this one, directly or through others.',
  'lock-holder': 'It holds a lock that others wait for.',
  'unclear-lock': 'Somebody waits for a lock, and several may hold it.',
  'unheld-lock': 'Somebody waits for a lock that nobody in the file is seen to hold.',
  'long-wait': 'It has waited for long.',
  'many-identical': 'Very many stand at the same place.',
  limit: 'What the file cannot tell, or could not be read of it.',
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
            rules: ids.map((id) => ruleOf(graph, id, found.find((finding) => finding.id === id)!)),
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

function ruleOf(graph: WaitForGraph, id: string, { trace, note }: Finding): object {
  const fault = recognise(graph).find((known) => known.fault.id === id)?.fault;
  const article = note && articleOf(trace, { kind: 'note', name: note.code });
  const words = RULES[id] ?? fault?.name ?? id.replace(/[.-]+/g, ' ');
  return {
    id,
    shortDescription: message(words),
    ...(fault ? { help: message(fillPlain(`${fault.text} ${fault.fix}`)) } : {}),
    ...(article?.next ? { help: message(fillPlain(article.next)) } : {}),
  };
}

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
