// The transcript: one line of JSON on stdout for every step, the same in every run.

import { createHash } from 'node:crypto';

/** Longer texts are written as their length and digest, in characters. */
const LONGEST = 2000;

/** Thrown by a step that means nothing for this server or era. */
export class NotApplicable extends Error {}

/** What a step may end with: a result, a tool's error, a thrown error, one of the two, or anything. */
const EXPECTATIONS = {
    result: outcome => 'result' in outcome && outcome.result?.isError !== true,
    isError: outcome => outcome.result?.isError === true,
    error: outcome => 'error' in outcome,
    refused: outcome => 'error' in outcome || outcome.result?.isError === true,
    any: outcome => !('timeout' in outcome)
};

/** Runs steps, one after the other, and writes down how each of them ended. */
export class Transcript {
    #timeout;
    #exchanges;
    /** How many steps there were. */
    steps = 0;
    /** How many of them ended otherwise than expected. */
    failures = 0;

    /** `timeout` is the limit of each step in milliseconds. */
    constructor(timeout, exchanges) {
        this.#timeout = timeout;
        this.#exchanges = exchanges;
    }

    /**
     * Runs one step. `run` returns the outcome, which is an object with a `result`, or throws.
     *
     * A step that ends otherwise than expected is reported on stderr, and the run goes on.
     */
    async step(name, expected, run) {
        this.#exchanges.begin();
        const outcome = await this.#outcome(run);
        if (!('notApplicable' in outcome) && !EXPECTATIONS[expected](outcome)) {
            this.failures += 1;
            console.error(`${name}: ${expected} expected, but it ended with ${JSON.stringify(shorten(outcome))}`);
        }
        this.steps += 1;
        const http = await this.#exchanges.end();
        console.log(JSON.stringify(shorten({ step: name, outcome, ...(http.length > 0 && { http }) })));
        return outcome;
    }

    /** Writes down a step that means nothing here, and why. */
    async skip(name, why) {
        await this.step(name, 'any', () => {
            throw new NotApplicable(why);
        });
    }

    /** Says how it went on stderr, and gives the exit code. */
    finish() {
        console.error(`${this.steps} steps, ${this.failures} of them unexpected`);
        return this.failures === 0 ? 0 : 1;
    }

    async #outcome(run) {
        let timer;
        const late = new Promise(resolve => {
            timer = setTimeout(() => resolve({ timeout: 'the step did not end in time' }), this.#timeout);
        });
        try {
            return await Promise.race([run(), late]);
        } catch (error) {
            if (error instanceof NotApplicable) return { notApplicable: error.message };
            return { error: describe(error) };
        } finally {
            clearTimeout(timer);
        }
    }
}

/** What there is to compare of an error. */
export function describe(error) {
    const { code, message, data } = error;
    return { kind: error.name, message, ...(code !== undefined && { code }), ...(data !== undefined && { data }) };
}

/** Sorts all keys, and shortens long texts. */
function shorten(value) {
    if (typeof value === 'string' && value.length > LONGEST) {
        return { length: value.length, sha256: createHash('sha256').update(value).digest('hex') };
    }
    if (Array.isArray(value)) return value.map(shorten);
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(
        Object.keys(value)
            .sort()
            .filter(key => value[key] !== undefined)
            .map(key => [key, shorten(value[key])])
    );
}
