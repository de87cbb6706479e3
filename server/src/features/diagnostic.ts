// textDocument/diagnostic: the findings of one document. Findings, not facts: dozens at most.

import {
  type Diagnostic,
  DiagnosticSeverity,
  type DocumentDiagnosticReport,
  DocumentDiagnosticReportKind,
  DocumentDiagnosticRequest,
} from 'vscode-languageserver';
import { keyOf } from '../core/investigation/articles.js';
import { type Finding, findings, type Severity } from '../core/investigation/findings.js';
import { feature, on } from './feature.js';
import { type Document, lineLocation, locationIn, type View } from './view.js';

const SEVERITIES: Record<Severity, DiagnosticSeverity> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

const none = (): DocumentDiagnosticReport => ({ kind: DocumentDiagnosticReportKind.Full, items: [] });

export const diagnostic = feature(
  { diagnosticProvider: { identifier: 'trace', interFileDependencies: true, workspaceDiagnostics: false } },
  on(
    DocumentDiagnosticRequest.type,
    none,
    (view, { textDocument: { uri }, previousResultId }): DocumentDiagnosticReport => {
      const document = view.document(uri);
      if (!document) return none();
      // What one document says can change the findings of another: the id stands for all of them.
      const resultId = view.version;
      if (previousResultId === resultId) return { kind: DocumentDiagnosticReportKind.Unchanged, resultId };
      return { kind: DocumentDiagnosticReportKind.Full, resultId, items: diagnosticsOf(view, document) };
    },
  ),
);

/** The findings of a document; also for clients that do not ask for them. */
export const diagnosticsOf = (view: View, { traces }: Document): Diagnostic[] =>
  traces.flatMap((trace) => findings(view.graph, trace)).flatMap((finding) => toDiagnostic(view, finding) ?? []);

function toDiagnostic(view: View, finding: Finding): Diagnostic | undefined {
  const place = locationIn(view, finding.trace, finding.span);
  if (!place) return undefined;
  const relatedInformation = finding.related.flatMap(({ trace, span, message, source }) => {
    const location = source ? lineLocation(source.uri, source.line) : locationIn(view, trace, span);
    return location ? [{ location, message }] : [];
  });
  const href = view.articleUri(keyOf(finding));
  return {
    range: place.range,
    severity: SEVERITIES[finding.severity],
    source: 'trace',
    code: finding.id,
    ...(href === undefined ? {} : { codeDescription: { href } }),
    message: finding.message,
    relatedInformation,
  };
}
