// The beginning and the end of a connection.

import { NotApplicable } from '../transcript.js';

/** How long to wait for the GET stream, in milliseconds. */
const PATIENCE = 3000;

/** Connects; false when that failed, as nothing can follow then. */
export async function connection(story, connect) {
    const { transcript, exchanges, observations, table } = story;
    const outcome = await transcript.step('connect', 'result', async () => {
        observations.begin();
        story.peer = await connect(story);
        const { peer } = story;
        // A legacy client opens its GET stream on the side: the step is over when that is answered too.
        if (peer.era === 'legacy') await exchanges.answered('GET', PATIENCE);
        return { result: { era: peer.era, ...peer.describe() } };
    });
    if (!('result' in outcome)) return false;
    await transcript.step('after connect', 'result', async () => {
        const awaited = table.afterConnect?.[story.peer.era];
        if (awaited === undefined) throw new NotApplicable('this server sends nothing of its own after the start');
        await observations.arrived(awaited);
        return { result: {}, ...observations.seen() };
    });
    await transcript.step('ping', 'result', async () => {
        if (story.peer.era === 'modern') throw new NotApplicable('2026-07-28 has no ping');
        return { result: await story.peer.ping() };
    });
    await transcript.step('unknown method', 'error', async () => ({ result: await story.peer.request('tests/unknown', {}) }));
    return true;
}

/** Ends the session, and sees that it is gone. */
export async function departure({ transcript, observations, peer, table }) {
    await transcript.step('notifications/roots/list_changed', 'result', async () => {
        if (peer.era === 'modern') throw new NotApplicable('2026-07-28 has no notifications of the client');
        observations.begin();
        await peer.sendRootsListChanged();
        await observations.arrived(table.afterRootsChanged);
        return { result: {}, ...observations.seen() };
    });
    await transcript.step('end of the session', 'result', async () => {
        if (peer.era === 'modern') throw new NotApplicable('2026-07-28 has no sessions');
        await peer.terminate();
        return { result: {} };
    });
    await transcript.step('after the end of the session', 'error', async () => {
        if (peer.era === 'modern') throw new NotApplicable('2026-07-28 has no sessions');
        return peer.afterTheEnd();
    });
    await transcript.step('close', 'result', async () => {
        await peer.close();
        return { result: {} };
    });
}
