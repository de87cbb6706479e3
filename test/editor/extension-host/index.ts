// The entry that VS Code's extension host loads: all tests of this folder, and the function that VS Code calls.
import { runTests } from './runner.js';
import './suite.js';

export const run = (): Promise<void> => runTests();
