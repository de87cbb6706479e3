// Strings that stand on their own.

/**
 * The same characters in a string of its own. A string cut out of a text may be a view of it and keep all of it in memory; whatever
 * outlives the text must not be one.
 */
export const ownText = (text: string): string => JSON.parse(JSON.stringify(text)) as string;
