// Words that are not ours in a notification: VS Code makes links of `[text](address)` there, commands too.

/** The text as one line without links, and with what is not seen (controls, bidirectional marks) left out; at most 300 units. */
export const literally = (text: string): string =>
  text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]+/gu, ' ')
    .replaceAll('](', '] (')
    .slice(0, 300);
