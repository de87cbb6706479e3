// Traces have ordinary names: `docker.log`, `stacks.txt`, a paste. A document that VS Code took for plain text or a log gets
// its language here, where the text is surely one. Who switches back by hand is right: a document is asked about once.

import { type Disposable, languages, Position, Range, type TextDocument, workspace } from 'vscode';
import { detectId, HEAD_SIZE } from '../../server/src/core/formats/detect.js';

const UNSURE = new Set(['plaintext', 'log']);
/** Documents of VS Code's own making, and ours. */
const SKIPPED = new Set(['output', 'trace-investigator', 'vscode', 'comment', 'chat', 'debug']);
/** A paste into an untitled document; typing is not asked about. */
const LEAST_PASTE = 100;

export function registerDetection(subscriptions: Disposable[]): void {
  const asked = new Set<string>();

  const detect = async (document: TextDocument): Promise<void> => {
    const uri = document.uri.toString();
    if (!UNSURE.has(document.languageId) || SKIPPED.has(document.uri.scheme) || asked.has(uri)) return;
    const head = document.getText(new Range(new Position(0, 0), document.positionAt(HEAD_SIZE)));
    if (head.trim() === '') return; // perhaps later
    if (!document.isUntitled) asked.add(uri);
    const language = detectId(head);
    if (!language) return;
    asked.add(uri);
    await languages.setTextDocumentLanguage(document, language);
  };
  const detectSafely = (document: TextDocument): void =>
    void detect(document).catch((error) => console.error('Trace Investigator: detection:', error));

  subscriptions.push(
    workspace.onDidOpenTextDocument(detectSafely),
    workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      if (document.isUntitled && contentChanges.some(({ text }) => text.length >= LEAST_PASTE)) detectSafely(document);
    }),
    // To change a language is to close and open the document: only one that stays closed is forgotten.
    workspace.onDidCloseTextDocument(({ uri }) => {
      setTimeout(() => {
        if (!workspace.textDocuments.some((other) => other.uri.toString() === uri.toString()))
          asked.delete(uri.toString());
      }, 1000);
    }),
  );
  workspace.textDocuments.forEach(detectSafely);
}
