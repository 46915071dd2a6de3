// A connection breaks in the middle of a call, and the SDK resumes it with `Last-Event-ID`.

import { Observations } from '../observations.js';
import { NotApplicable } from '../transcript.js';

/** Cuts the connection of a call after some progress; its result has to arrive nevertheless. */
export async function resumption(story) {
    const { transcript, exchanges, peer, table, connect } = story;
    await transcript.step('a cut stream is resumed', 'result', async () => {
        if (peer.era === 'modern') throw new NotApplicable('2026-07-28 has no resumption: a cut request is lost');
        const about = table.resumption;
        if (about === undefined) throw new NotApplicable('the table of calls has nothing to resume');
        // A session of its own, in which nothing else is ever resumed.
        const observations = new Observations(table.answers ?? {});
        const other = await connect({ ...story, observations });
        // Some servers repeat all that came after an event, on whichever stream: let the rest be over.
        await observations.arrived(table.afterConnect?.legacy);
        const progress = [];
        const result = await other.callTool(
            { name: about.tool, arguments: about.arguments },
            {
                onprogress: step => {
                    progress.push(step);
                    if (progress.length === about.cutAfter) exchanges.cut('tools/call');
                }
            }
        );
        await other.terminate();
        await other.close();
        return { result, progress };
    });
}
