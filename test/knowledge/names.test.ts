// Names that detectors know without what they mean: the same as those that have an article.

import { expect, test } from 'vitest';
import { COLUMN_NAMES } from '../../server/src/core/formats/process-list/columnNames.js';
import { COLUMNS } from '../../server/src/core/formats/process-list/knowledge/columns.js';
import { KERNEL_FUNCTIONS } from '../../server/src/core/knowledge/kernelFunctions.js';
import { KERNEL_WAITS } from '../../server/src/core/knowledge/kernelWaits.js';

test('functions of the kernel', () => {
  expect([...KERNEL_FUNCTIONS].toSorted()).toEqual(Object.keys(KERNEL_WAITS).toSorted());
});

test('columns of ps', () => {
  expect([...COLUMN_NAMES].toSorted()).toEqual(Object.keys(COLUMNS).toSorted());
});
