// The browser of the machine.

import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

/** The path of Chromium, as the setup has installed it. */
export function findChromium() {
    for (const folder of process.env.PATH.split(':')) {
        const file = join(folder, 'chromium');
        try {
            accessSync(file, constants.X_OK);
            return file;
        } catch {
            // The next folder may have it.
        }
    }
    throw new Error('there is no `chromium` on the PATH: run tests/setup');
}
