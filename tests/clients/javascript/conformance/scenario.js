// What the conformance suite says about the scenario that is run.

/** The revisions without a handshake. */
const MODERN = ['2026-07-28'];

/** Reads the command line and the environment. */
export function readScenario() {
    const { MCP_CONFORMANCE_SCENARIO: name, MCP_CONFORMANCE_PROTOCOL_VERSION: revision, MCP_CONFORMANCE_CONTEXT: context } = process.env;
    const address = process.argv[2];
    if (name === undefined || address === undefined) throw new Error('this program is started by the conformance suite, with the URL of its server');
    return { name, url: new URL(address), revision, modern: MODERN.includes(revision), known: context === undefined ? {} : JSON.parse(context) };
}
