// The side bar's view: what is wrong in the open traces, the root first; below each finding its wait chain and the places that
// belong to it. VS Code asks for the rows only while the view is seen.

import {
  type Disposable,
  EventEmitter,
  l10n,
  ThemeColor,
  ThemeIcon,
  TreeItem,
  TreeItemCollapsibleState,
  window,
} from 'vscode';
import { FINDINGS, type FindingItem, SHOW_LOCATIONS_COMMAND, type Step } from '../../server/src/host/protocol.js';
import type { Ask } from './client.js';

type Row =
  | { readonly kind: 'finding'; readonly finding: FindingItem; readonly first: boolean }
  | { readonly kind: 'chain'; readonly steps: readonly Step[] }
  | { readonly kind: 'place'; readonly step: Step; readonly icon: string };

const VIEW = 'traceInvestigator.findings';

const ICONS: Readonly<Record<FindingItem['severity'], readonly [string, string]>> = {
  error: ['error', 'list.errorForeground'],
  warning: ['warning', 'list.warningForeground'],
  information: ['info', 'notificationsInfoIcon.foreground'],
  hint: ['info', 'notificationsInfoIcon.foreground'],
};

/** Shows the view; `refresh` says that the traces may have changed. */
export function registerFindings(subscriptions: Disposable[], ask: Ask): { refresh(): void } {
  const changed = new EventEmitter<undefined>();
  const view = window.createTreeView<Row>(VIEW, {
    treeDataProvider: {
      onDidChangeTreeData: changed.event,
      getTreeItem: item,
      async getChildren(row) {
        if (row) return children(row);
        const findings = await ask<FindingItem[]>(FINDINGS);
        return findings.map((finding, at): Row => ({ kind: 'finding', finding, first: at === 0 }));
      },
    },
  });
  subscriptions.push(changed, view);
  return { refresh: () => changed.fire(undefined) };
}

function children(row: Row): Row[] {
  if (row.kind === 'chain') return row.steps.map((step) => ({ kind: 'place', step, icon: 'arrow-down' }));
  if (row.kind === 'place') return [];
  const { chain, related } = row.finding;
  return [
    ...(chain.length > 1 ? [{ kind: 'chain' as const, steps: chain }] : []),
    ...related.map((step): Row => ({ kind: 'place', step, icon: 'location' })),
  ];
}

function item(row: Row): TreeItem {
  const { Collapsed, Expanded, None } = TreeItemCollapsibleState;
  if (row.kind === 'chain') {
    const item = new TreeItem(l10n.t('Wait chain'), Expanded);
    item.iconPath = new ThemeIcon('list-tree');
    return item;
  }
  const step = row.kind === 'finding' ? row.finding : row.step;
  const state = row.kind === 'place' || children(row).length === 0 ? None : row.first ? Expanded : Collapsed;
  const item = new TreeItem(step.label, state);
  item.description = step.description;
  const { location } = step;
  if (location)
    item.command = {
      command: SHOW_LOCATIONS_COMMAND,
      title: l10n.t('Go There'),
      arguments: [location.uri, location.range.start, [location]],
    };
  item.tooltip = `${step.label}\n${step.description}`;
  if (row.kind === 'finding') {
    const [icon, color] = ICONS[row.finding.severity];
    item.iconPath = new ThemeIcon(icon, new ThemeColor(color));
  } else item.iconPath = new ThemeIcon(row.icon);
  return item;
}
