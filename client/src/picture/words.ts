// The picture's own words, in the user's language. The webview's script cannot look them up: the extension sends them with the picture.

import { l10n } from 'vscode';

/** `{0}` stands for a number that the script fills in. */
export const pictureWords = () => ({
  picture: l10n.t('Picture'),
  smaller: l10n.t('Smaller'),
  larger: l10n.t('Larger'),
  fit: l10n.t('Fit'),
  fitWidth: l10n.t('Fit to the width'),
  save: l10n.t('Save as SVG'),
  nobody: l10n.t('In the open traces nobody is seen to wait for anybody.'),
  title: l10n.t('Who waits for whom'),
  keys: l10n.t('Who waits for whom. Arrow keys go along the arrows, Enter opens the line.'),
  file: l10n.t('Trace Investigator: who waits for whom'),
  arrows: l10n.t('Arrows go from who waits to what it waits for, and from that to who has it.'),
  likely: l10n.t('Dashed: likely.'),
  possible: l10n.t('Dotted: only possible.'),
  group: l10n.t('A double box stands for several that wait alike.'),
  moreBoxes: l10n.t('{0} more boxes, less important, are not drawn.'),
  moreBars: l10n.t('{0} more are not drawn.'),
  list: l10n.t('As a list'),
});

export type PictureWords = Readonly<ReturnType<typeof pictureWords>>;
