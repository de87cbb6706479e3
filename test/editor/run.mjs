// The editor tests' parts, as scripts/test.mjs runs them. Each returns its counts {passed, failed}.
import { join } from 'node:path';
import { testContrast } from './contrast.mjs';
import { testDesktop, testHuge } from './desktop.mjs';
import { runInNodeHost, runInWebHost } from './extension-host/run.mjs';
import { testIncident } from './incident.mjs';
import { testInstalled } from './installed.mjs';
import { testNeovim } from './neovim.mjs';
import { testPictures } from './pictures.mjs';
import { testStart } from './start.mjs';
import { testTranslated } from './translated.mjs';
import { withWorkspace, writeLargeIncident } from './workspace.mjs';

export const desktop = () => withWorkspace((folder) => testDesktop({ folder }));
export const huge = () => withWorkspace((folder) => testHuge({ folder }));
export const incident = () => withWorkspace((folder) => testIncident({ folder }));
export const translated = () => withWorkspace((folder) => testTranslated({ folder }));
export const contrast = () => withWorkspace((folder) => testContrast({ folder }));
export const installed = () => withWorkspace((folder) => testInstalled({ folder }));
export const pictures = testPictures;
export const nodeHost = () => withLargeFile((folder) => runInNodeHost({ folder }));
export const webHost = () => withLargeFile((folder) => runInWebHost({ folder }));
export const start = () => withWorkspace((folder) => testStart({ folder }));
export const neovim = () => withWorkspace((folder) => testNeovim({ folder }));

/** The folder, with an incident in it whose journal VS Code keeps from extensions. */
const withLargeFile = (use) =>
  withWorkspace((folder) => {
    writeLargeIncident(join(folder, 'large-node'), 51 * 2 ** 20);
    return use(folder);
  });
