// Tasks, an experiment of 2025-11-25: call now, fetch the result later.

import { NotApplicable } from '../transcript.js';

/** Calls a tool as a task, and follows it to its result. */
export async function tasks({ transcript, peer, observations, table }) {
    for (const about of table.tasks ?? [undefined]) {
        await transcript.step(`task ${about?.tool ?? ''}${about?.as ? ` ${about.as}` : ''}`.trim(), 'result', async () => {
            if (about === undefined) throw new NotApplicable('this server has no tasks');
            if (peer.callAsTask === undefined) throw new NotApplicable('the SDK has no tasks');
            observations.begin(about.answers);
            const result = await peer.callAsTask({ name: about.tool, arguments: about.arguments });
            await observations.arrived(about.awaits);
            return { result, ...observations.seen() };
        });
    }
}
