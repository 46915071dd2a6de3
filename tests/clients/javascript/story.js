// The fixed order of the steps, for every client and every server.

import { Exchanges } from './exchanges.js';
import { Observations } from './observations.js';
import { cancellation } from './steps/cancellation.js';
import { connection, departure } from './steps/connection.js';
import { completions, prompts } from './steps/prompts.js';
import { lists } from './steps/lists.js';
import { logging } from './steps/logging.js';
import { resources } from './steps/resources.js';
import { resumption } from './steps/resumption.js';
import { subscriptions } from './steps/subscriptions.js';
import { tasks } from './steps/tasks.js';
import { tools } from './steps/tools.js';
import { wireLegacy } from './steps/wire-legacy.js';
import { wireModern } from './steps/wire-modern.js';
import { Transcript } from './transcript.js';

/** The longest that a whole run may take, in milliseconds: beyond it something hangs. */
const LONGEST = 180_000;

/**
 * Tells the story with one client and ends the process: with 0 when every step ended as expected,
 * 1 when some did not, and 3 when the whole run hung.
 *
 * `connect` makes the client; see `typescript-v1.js` for what a client offers.
 */
export async function tell(options, connect) {
    setTimeout(() => {
        console.error('the run did not end in time');
        process.exit(3);
    }, LONGEST).unref();
    const exchanges = new Exchanges(options.headers);
    const observations = new Observations(options.table.answers ?? {});
    const transcript = new Transcript(options.timeout, exchanges);
    const story = { ...options, exchanges, observations, transcript, connect, peer: undefined, listed: {} };

    if (options.table.eras !== undefined && options.era !== 'auto' && !options.table.eras.includes(options.era)) {
        await transcript.step('connect', 'error', async () => ({ result: (await connect(story)).describe() }));
        await transcript.skip('everything else', `the server does not speak the ${options.era} era`);
    } else if (await connection(story, connect)) {
        const chapters = [lists, tools, resources, subscriptions, prompts, completions, logging];
        const more = [cancellation, resumption, tasks, wireLegacy, wireModern, departure];
        for (const chapter of [...chapters, ...more]) await chapter(story);
    }
    process.exit(transcript.finish());
}
