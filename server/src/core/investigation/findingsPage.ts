// The page about all findings (docs/findings.md): one entry for each id, as the article document of an editor shows it.

import { type ArticleKey, allArticles, idOf } from './articles.js';
import { articleMarkdown, PLACES_NOTE } from './articleText.js';

const HEAD = `# Findings

What the Problems view, the report, JSON and SARIF name by an id. In VS Code a click on the id opens the same text. ${PLACES_NOTE} An
id may go on behind a dot (\`stale.docker.hangs\`): which container runtime it is, and whether that hangs or is gone; the next steps then
depend on it. Some notes stand above their line only and are no problems. What limits a text has the id \`limit\`, whatever it is.

<!-- Made by npm run docs from the articles of the formats and of findings. -->
`;

/** The whole page. */
export function findingsPage(): string {
  const parts = allArticles().map(({ title, keys }) => {
    const entries = keys.map((key) => articleMarkdown(key, 3) ?? '');
    return [`## ${title}`, `${keys.map(nameOf).join(', ')}.`, ...entries].join('\n\n');
  });
  return `${[HEAD.trimEnd(), ...parts].join('\n\n')}\n`;
}

const nameOf = (key: ArticleKey): string => (idOf(key) === key.name ? `\`${key.name}\`` : `\`limit: ${key.name}\``);
