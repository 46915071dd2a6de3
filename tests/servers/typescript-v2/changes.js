// Change notifications, which reach a client on other ways in each era.

/**
 * Where the tools announce changes. A legacy session hears of them on its GET stream, a modern
 * client on its `subscriptions/listen` streams, so an announcement is given to both.
 */
export class Changes {
    #notifier;

    /** Takes the publisher of the modern handler, which exists only once that handler does. */
    deliverTo(notifier) {
        this.#notifier = notifier;
    }

    /** Says that a list of this kind (`tools`, `prompts` or `resources`) may have changed. */
    async listChanged(kind, server, era) {
        if (era === 'modern') {
            const publish = { tools: 'toolsChanged', prompts: 'promptsChanged', resources: 'resourcesChanged' };
            this.#notifier[publish[kind]]();
            return;
        }
        const send = {
            tools: 'sendToolListChanged',
            prompts: 'sendPromptListChanged',
            resources: 'sendResourceListChanged'
        };
        await server[send[kind]]();
    }

    /** Says that the resource may have changed, to those who asked to hear it. */
    async resourceUpdated(uri, server, era, subscribed) {
        if (era === 'modern') this.#notifier.resourceUpdated(uri);
        else if (subscribed.has(uri)) await server.sendResourceUpdated({ uri });
    }
}
