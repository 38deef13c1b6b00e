import { canInstall, install } from './apt.js';
import { findProgram } from './programs.js';

/** Looked for only by the tests that need it: it is large, so no other run installs it. */
export function chromiumProgram(): string | undefined {
  const find = () => findProgram('chromium', 'chromium-browser', 'google-chrome');
  if (find() === undefined && canInstall) install(['chromium', 'fonts-dejavu-core']);
  const found = find();
  if (found === undefined) {
    process.stderr.write(
      'hot-fixture: no Chromium here (apt-get install chromium): no pages tested\n',
    );
  }
  return found;
}
