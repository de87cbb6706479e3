// Finding a row in tables of articles.

import type { Article } from '../formats/format.js';
import type { Topic } from '../trace/trace.js';

/** Tables of articles by the kind of the topic. */
export type Tables = Readonly<Record<string, Readonly<Record<string, Article>>>>;

/** A table's own row only: a trace may well name `constructor`. */
export const ownRow = <T>(rows: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(rows, key) ? rows[key] : undefined;

/** The names of the articles of a kind, in the order of their table. */
export const namesIn = (tables: Tables, kind: string): readonly string[] => Object.keys(ownRow(tables, kind) ?? {});

/** The article on a topic; undefined for kinds and names that the tables do not know. Names may be any text. */
export function articleIn(tables: Tables, topic: Topic): Article | undefined {
  const table = ownRow(tables, topic.kind);
  return table && ownRow(table, topic.name);
}
