// The Inspector's command line, driven by the lines of standard input: see drive.js. Each line is a run of its own.
//
//     node tests/clients/javascript/drive/inspector-cli.js --url http://127.0.0.1:8000/mcp --header 'Authorization: Bearer KEY'

import { text } from 'node:stream/consumers';
import { headerLine, Home } from '../entry/inspector.js';
import { Shown } from '../entry/entry.js';
import { readOptions } from '../options.js';
import { drive } from './drive.js';

const { url, headers, era } = readOptions(['legacy', 'modern', 'auto'], { tabled: false });
const home = new Home();

await drive({
    list: list => {
        const methods = { tools: 'tools/list', resources: 'resources/list', templates: 'resources/templates/list', prompts: 'prompts/list' };
        return inspect(['--method', methods[list]]);
    },
    call: (name, given) => inspect(['--method', 'tools/call', '--tool-name', name, '--tool-args-json', JSON.stringify(given ?? {})]),
    read: uri => inspect(['--method', 'resources/read', '--uri', uri]),
    get: name => inspect(['--method', 'prompts/get', '--prompt-name', name]),
    leave: () => home.remove()
});

async function inspect(what) {
    const line = ['--cli', url.href, '--transport', 'http', ...what];
    const format = ['--format', 'json', '--quiet', '--protocol-era', era];
    const child = home.start([...line, ...format, ...headerLine(headers)], { MCP_AUTO_OPEN_ENABLED: 'false' });
    const ended = new Promise(resolve => child.on('close', resolve));
    const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
    if (child.exitCode === 0) return JSON.parse(out).result;
    const envelope = err.split('\n').find(one => one.startsWith('{"error"'));
    const { code, message } = envelope ? JSON.parse(envelope).error : { code: 'none', message: err || out };
    throw new Shown(code, `${message} (exit code ${child.exitCode})`);
}
