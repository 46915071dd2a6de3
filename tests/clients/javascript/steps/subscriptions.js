// Hearing of changes: subscriptions and the GET stream in the legacy era, `subscriptions/listen` in the modern one.

import { NotApplicable } from '../transcript.js';
import { call } from './tools.js';

/** How long nothing has to arrive before it is believed, in milliseconds. */
const SILENCE = 300;

/** Subscribes, has the server announce changes, and unsubscribes. */
export async function subscriptions(story) {
    const { transcript, peer, table } = story;
    const about = table.subscription;
    const legacy = () => {
        if (about === undefined) throw new NotApplicable('the table of calls has no subscription');
        if (peer.era === 'modern') throw new NotApplicable('2026-07-28 has subscriptions/listen instead');
        if (!peer.capabilities.resources?.subscribe) throw new NotApplicable('the server has no subscriptions');
    };
    await transcript.step('resources/subscribe', 'result', async () => {
        legacy();
        story.observations.begin();
        const result = await peer.subscribe({ uri: about.uri });
        await story.observations.arrived(about.afterSubscribe);
        return { result, ...story.observations.seen() };
    });
    await transcript.step('a subscribed resource is updated', 'result', async () => {
        legacy();
        return call(story, { ...about.call, awaits: { legacy: { 'notifications/resources/updated': 1 } } });
    });
    await transcript.step('resources/unsubscribe', 'result', async () => {
        legacy();
        story.observations.begin();
        const result = await peer.unsubscribe({ uri: about.uri });
        await story.observations.arrived(about.afterUnsubscribe);
        return { result, ...story.observations.seen() };
    });
    await transcript.step('an unsubscribed resource is updated', 'result', async () => {
        legacy();
        const outcome = await call(story, about.callAfter ?? about.call);
        await new Promise(resolve => setTimeout(resolve, SILENCE));
        return { ...outcome, ...story.observations.seen() };
    });
    await listen(story);
}

/** One stream for all changes; the filter asks for everything that the table announces. */
async function listen({ transcript, peer, observations, table }) {
    const about = table.listen;
    let subscription;
    const modern = () => {
        if (peer.era === 'legacy') throw new NotApplicable('only 2026-07-28 has subscriptions/listen');
        if (about === undefined) throw new NotApplicable('the table of calls has nothing to listen for');
    };
    await transcript.step('subscriptions/listen', 'result', async () => {
        modern();
        subscription = await peer.listen(about.filter);
        return { result: { honoured: subscription.honoured } };
    });
    for (const { tool, arguments: given, awaits } of about?.calls ?? []) {
        await transcript.step(`heard while listening: ${tool} ${Object.values(given).join(' ')}`, 'result', async () => {
            modern();
            observations.begin();
            const result = await peer.callTool({ name: tool, arguments: given });
            await observations.arrived(awaits);
            if (Object.keys(awaits).length === 0) await new Promise(resolve => setTimeout(resolve, SILENCE));
            return { result, ...observations.seen() };
        });
    }
    await transcript.step('end of subscriptions/listen', 'result', async () => {
        modern();
        return { result: { closed: await subscription.close() } };
    });
}
