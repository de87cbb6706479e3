// Serves VS Code for the Web with @vscode/test-web: takes its options as a message, answers "ready", and serves until it is
// killed. A process of its own, because test-web prints every request that fails.
import { open } from '@vscode/test-web';

process.once('message', async (options) => {
  await open(options);
  process.send('ready');
});
process.once('disconnect', () => process.exit()); // the parent has ended
