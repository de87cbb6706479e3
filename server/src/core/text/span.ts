// Spans: half-open ranges of UTF-16 code units in one document. Everything inside the core counts in offsets.

/** A half-open range `[start, end)` of UTF-16 code units of one document. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Whether the offset lies in the span, its end included (a cursor behind the last letter still means the word). */
export const touches = (span: Span, offset: number): boolean => span.start <= offset && offset <= span.end;

/** Whether the two spans share at least one code unit. */
export const overlaps = (a: Span, b: Span): boolean => a.start < b.end && b.start < a.end;
