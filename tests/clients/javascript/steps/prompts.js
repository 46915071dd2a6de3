// Prompts, and the completion of arguments.

/** Gets every prompt in the table; entries without `expect` have to succeed. */
export async function prompts({ transcript, peer, table }) {
    if (peer.capabilities.prompts === undefined) return transcript.skip('prompts/get', 'the server has no prompts');
    for (const { name, arguments: given, expect = 'result', as } of table.prompts) {
        await transcript.step(`prompts/get ${name}${as ? ` ${as}` : ''}`, expect, async () => ({
            result: await peer.getPrompt({ name, ...(given !== undefined && { arguments: given }) })
        }));
    }
    await transcript.step('prompts/get of an unknown prompt', 'error', async () => ({
        result: await peer.getPrompt({ name: 'no-such-prompt' })
    }));
}

/** Completes every argument in the table. */
export async function completions({ transcript, peer, table }) {
    if (peer.capabilities.completions === undefined) {
        return transcript.skip('completion/complete', 'the server has no completions');
    }
    for (const { ref, argument, context, expect = 'result' } of table.completions) {
        const step = `completion/complete ${ref.name ?? ref.uri} ${argument.name}=${argument.value}`;
        await transcript.step(step, expect, async () => ({
            result: await peer.complete({ ref, argument, ...(context && { context }) })
        }));
    }
}
