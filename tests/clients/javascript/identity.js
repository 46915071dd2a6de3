// Who all clients say they are, and what they say they can do.

/** The client's name and version. */
export const identity = { name: 'tollbar-tests', version: '1.0.0' };

/** Everything that a server may ask for. */
export const capabilities = {
    elicitation: { form: {}, url: {} },
    roots: { listChanged: true },
    sampling: {}
};

/** The requests of a server that a client answers. */
export const answered = ['sampling/createMessage', 'elicitation/create', 'roots/list'];
