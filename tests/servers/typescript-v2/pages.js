// Lists in pages.

import { ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/server';

/**
 * One page of `items` under the name `kind`, with a cursor when more follow.
 *
 * A cursor is `page-<number>`: opaque to the client, and the same in every run.
 */
export function page(kind, items, size, cursor) {
    let start = 0;
    if (cursor !== undefined) {
        start = Number(/^page-(\d+)$/.exec(cursor)?.[1] ?? Number.NaN) * size;
        if (!(start < items.length)) {
            throw new ProtocolError(ProtocolErrorCode.InvalidParams, `\`${cursor}\` is not a cursor of this list`);
        }
    }
    const end = start + size;
    return { [kind]: items.slice(start, end), ...(end < items.length && { nextCursor: `page-${end / size}` }) };
}
