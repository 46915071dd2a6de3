// The body of a request.

/** Reads it as text; more than `limit` bytes are an error. */
export async function readBody(request, limit) {
    const parts = [];
    let length = 0;
    for await (const part of request) {
        length += part.length;
        if (length > limit) throw new RangeError(`a body has at most ${limit} bytes`);
        parts.push(part);
    }
    return Buffer.concat(parts).toString('utf8');
}
