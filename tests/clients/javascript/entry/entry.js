// What all clients that only enter share: one line of JSON about how it ended, and an exit code.

/** The exit code of a client that got in, of one that did not, and of one that hung. */
const CODES = { entered: 0, refused: 1, hung: 3 };

/** How long a client may take to leave, in milliseconds. */
const LEAVING = 5000;

/**
 * Runs `enter`, which connects and gives the names of all tools, and ends the process.
 *
 * Writes `{"tools": [...]}`, or `{"error": {"class": ..., "text": ...}}` as the client tells it, and
 * ends with 3 when neither comes within `timeout` milliseconds. `leave` is called in every case.
 * `opened` gives what was to be opened for a user, for clients that could do so.
 */
export async function report(timeout, enter, { leave = () => undefined, opened } = {}) {
    const clock = after(timeout, { told: { hung: true }, code: CODES.hung });
    const { told, code } = await Promise.race([outcome(enter), clock]);
    console.log(JSON.stringify(opened ? { ...told, opened: opened() } : told));
    await Promise.race([leave(), after(LEAVING)]);
    process.exit(code);
}

/** What a program shows, which has a class of error of its own, or none at all. */
export class Shown extends Error {
    constructor(kind, text, details = {}) {
        super(text);
        this.kind = kind;
        this.details = details;
    }
}

function after(time, value) {
    return new Promise(resolve => setTimeout(resolve, time, value));
}

async function outcome(enter) {
    try {
        return { told: { tools: (await enter()).toSorted() }, code: CODES.entered };
    } catch (error) {
        const { kind = error.constructor.name, message: text, details } = error;
        return { told: { error: { class: kind, text, ...details } }, code: CODES.refused };
    }
}
