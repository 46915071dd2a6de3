// Memory of what was sent, so that a broken stream can be resumed with `Last-Event-ID`.

/** The most events that one session keeps; the oldest leave first. */
const CAPACITY = 10_000;

/**
 * The event store of one session. An event id is `<stream>:<number>`, as the 2025-11-25 revision
 * advises: it is unique in the session and names its stream.
 */
export class EventStore {
    #events = new Map();
    #last = 0;

    async storeEvent(streamId, message) {
        this.#last += 1;
        const id = `${streamId}:${this.#last}`;
        this.#events.set(id, { streamId, message });
        if (this.#events.size > CAPACITY) this.#events.delete(this.#events.keys().next().value);
        return id;
    }

    async getStreamIdForEventId(eventId) {
        return this.#events.get(eventId)?.streamId;
    }

    async replayEventsAfter(lastEventId, { send }) {
        const streamId = this.#events.get(lastEventId)?.streamId;
        if (streamId === undefined) return '';
        let passed = false;
        for (const [id, event] of [...this.#events]) {
            // A priming event is stored as an empty object: it holds a place and is never replayed.
            if (passed && event.streamId === streamId && 'jsonrpc' in event.message) await send(id, event.message);
            passed ||= id === lastEventId;
        }
        return streamId;
    }
}
