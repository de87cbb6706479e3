// Whether arguments are as a tool's schema wants them: as much of JSON Schema as the table of tools uses.

import type { Schema } from '../../core/investigation/tools.js';
import { isRecord } from './peer.js';

/** The words of a schema that are known here. A test sees that the table has no others. */
export interface Rule {
  readonly type: 'string' | 'integer' | 'array';
  readonly description?: string;
  /** Of a string, in code points. */
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly items?: Rule;
}

/** What is wrong with the arguments; undefined: nothing. */
export function misfit(schema: Schema, args: unknown): string | undefined {
  if (!isRecord(args)) return 'they are no object';
  const missing = schema.required?.find((name) => !Object.hasOwn(args, name));
  if (missing !== undefined) return `${missing} is missing`;
  for (const [name, value] of Object.entries(args)) {
    if (!Object.hasOwn(schema.properties, name)) return `${JSON.stringify(name.slice(0, 100))} is not known`;
    const wrong = wrongWith(schema.properties[name] as Rule, value);
    if (wrong !== undefined) return `${name} ${wrong}`;
  }
  return undefined;
}

function wrongWith(rule: Rule, value: unknown): string | undefined {
  switch (rule.type) {
    case 'string':
      if (typeof value !== 'string') return 'must be a string';
      return outside([...value].length, rule.minLength, rule.maxLength, 'characters');
    case 'integer':
      if (!Number.isInteger(value)) return 'must be a whole number';
      return (value as number) < (rule.minimum ?? -Infinity) ? `must be ${rule.minimum} or more` : undefined;
    case 'array': {
      if (!Array.isArray(value)) return 'must be a list';
      const count = outside(value.length, rule.minItems, rule.maxItems, 'entries');
      if (count !== undefined || !rule.items) return count;
      for (const [at, item] of value.entries()) {
        const wrong = wrongWith(rule.items, item);
        if (wrong !== undefined) return `${at + 1} ${wrong}`;
      }
      return undefined;
    }
  }
}

function outside(count: number, least = 0, most = Infinity, what: string): string | undefined {
  if (count < least) return `must have at least ${least} ${what}`;
  return count > most ? `must have at most ${most} ${what}` : undefined;
}
