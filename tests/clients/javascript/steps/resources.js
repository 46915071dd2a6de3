// Reading resources.

/** Reads every resource in the table, and one that does not exist. */
export async function resources({ transcript, peer, table }) {
    if (peer.capabilities.resources === undefined) return transcript.skip('resources/read', 'the server has no resources');
    for (const uri of table.resources) {
        await transcript.step(`resources/read ${uri}`, 'result', async () => ({ result: await peer.readResource({ uri }) }));
    }
    await transcript.step('resources/read of an unknown resource', 'error', async () => ({
        result: await peer.readResource({ uri: table.unknownResource })
    }));
}
