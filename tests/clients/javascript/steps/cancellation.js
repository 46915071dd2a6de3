// Cancelling a call that takes long.

import { NotApplicable, describe } from '../transcript.js';

/** Cancels after the first sign of progress, and asks the server whether it noticed. */
export async function cancellation({ transcript, peer, observations, table }) {
    const about = table.cancellation;
    await transcript.step('cancellation', 'result', async () => {
        if (about === undefined) throw new NotApplicable('the table of calls has nothing to cancel');
        observations.begin();
        const controller = new AbortController();
        const cancelled = await peer
            .callTool(
                { name: about.tool, arguments: about.arguments },
                { signal: controller.signal, onprogress: () => controller.abort('enough') }
            )
            .then(
                result => ({ result }),
                error => ({ error: describe(error) })
            );
        if (!('error' in cancelled)) throw new Error('the call was not cancelled');
        return { result: cancelled };
    });
    await transcript.step('the server noticed the cancellation', 'result', async () => {
        if (about?.ask === undefined) throw new NotApplicable('this server cannot be asked');
        const result = await peer.callTool({ name: about.ask.tool, arguments: about.ask.arguments });
        if (JSON.stringify(result.content) !== JSON.stringify(about.ask.answer)) {
            throw new Error(`the server says ${JSON.stringify(result.content)}`);
        }
        return { result };
    });
}
