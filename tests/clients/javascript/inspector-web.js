// The Inspector's web page, in a headless Chromium: it connects, and shows its Tools tab.
//
//     node tests/clients/javascript/inspector-web.js --url http://127.0.0.1:8000/mcp --header 'Authorization: Bearer KEY'
//
// Like the other clients it writes one line of JSON and ends with 0, 1, 2 or 3 (see `entry/entry.js`). When
// it is not let in, the line has what the page shows: its error, and its list of requests with their answers.
// `opened` lists everything that wants a user: dialogs, further pages, and browsers.

import { createServer } from 'node:net';
import { chromium } from 'playwright-core';
import { findChromium } from './chromium.js';
import { report, Shown } from './entry/entry.js';
import { headerLine, Home } from './entry/inspector.js';
import { InspectorPage } from './entry/inspector-page.js';
import { readOptions } from './options.js';

const { url, headers, timeout, era } = readOptions(['legacy', 'modern', 'auto'], { tabled: false });
const home = new Home();
let inspector;
let browser;
let page;

await report(
    timeout,
    async () => {
        const address = await serve();
        browser = await chromium.launch({
            executablePath: findChromium(),
            // Nothing leaves this machine: neither the fonts of the page nor what Chromium itself asks for.
            args: ['--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'],
            env: home.environment
        });
        page = await InspectorPage.open(browser, address);
        if (await page.connect()) return page.tools();
        const { alert, requests } = await page.failure();
        throw new Shown('alert', alert, { requests });
    },
    { leave, opened: () => [...home.opened(), ...(page?.opened ?? [])] }
);

async function leave() {
    inspector?.kill();
    await browser?.close();
    home.remove();
}

/** Starts the Inspector's web server, and gives the address that it tells its user to visit. */
async function serve() {
    const environment = {
        // It cannot find a free port for its page by itself.
        CLIENT_PORT: String(await freePort()),
        MCP_SANDBOX_PORT: '0',
        MCP_APP_ORIGIN_PORT: '0',
        MCP_AUTO_OPEN_ENABLED: 'false'
    };
    const line = ['--web', '--transport', 'http', '--server-url', url.href, '--protocol-era', era];
    inspector = home.start([...line, ...headerLine(headers)], environment);
    let said = '';
    return new Promise((resolve, reject) => {
        const listen = part => {
            said += part;
            const found = /running at:\s+(http:\S+)\s/.exec(said);
            if (found) resolve(found[1]);
        };
        inspector.stdout.setEncoding('utf8').on('data', listen);
        inspector.stderr.setEncoding('utf8').on('data', listen);
        inspector.on('close', code => reject(new Error(`the Inspector ended with ${code}; it said: ${said}`)));
    });
}

async function freePort() {
    const server = createServer();
    await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address();
    await new Promise(resolve => server.close(resolve));
    return port;
}
