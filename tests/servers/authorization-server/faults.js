// Things that can go wrong with an authorization server.

/** What is answered instead of JSON. */
const GARBAGE = '<html><title>Sign in</title></html>';

export const FAULTS = ['none', 'down', 'slow', 'garbage', 'failing'];

export class Faults {
    #fault = 'none';
    #paths;

    /**
     * Switches a fault on, or all of them off.
     *
     * `down` closes the connection, `slow` never answers, `garbage` answers with a page of HTML and 200, and
     * `failing` with 500. Without `paths` it strikes everywhere but at the console.
     */
    switch(fault, paths) {
        if (!FAULTS.includes(fault)) throw new TypeError(`\`${fault}\` is not a fault: there are ${FAULTS.join(', ')}`);
        this.#fault = fault;
        this.#paths = paths;
    }

    /** Whether a request was struck, and answered or not answered here. */
    strike(path, request, response) {
        if (this.#fault === 'none' || (this.#paths && !this.#paths.includes(path))) return false;
        if (this.#fault === 'down') request.socket.destroy();
        if (this.#fault === 'garbage') response.writeHead(200, { 'content-type': 'application/json' }).end(GARBAGE);
        if (this.#fault === 'failing') response.writeHead(500).end();
        return true;
    }
}
