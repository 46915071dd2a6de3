// Everything that the server answers, by its path.

import express from 'express';
import { Resource } from './resource.js';
import { Sessions } from './sessions.js';

/** The tool that needs a further scope, where there is one. */
const GUARDED = 'report';

/** Builds it for the URL of the MCP endpoint. */
export function buildApplication(url, issuer, { stepup, ...options }) {
    const resource = new Resource(url, issuer, options);
    const sessions = new Sessions();
    const requests = [];
    const application = express();
    application.disable('x-powered-by');
    application.use((request, response, next) => {
        const { method, path } = request;
        const agent = request.get('user-agent') ?? request.get('mcp-protocol-version') ?? '';
        if (!path.startsWith('/console/')) response.on('finish', () => requests.push({ method, path, status: response.statusCode, agent }));
        next();
    });
    application.post('/console/aliases', express.json({ type: () => true }), (request, response) => {
        const { alias } = request.body;
        if (!URL.canParse(alias)) return response.status(400).json({ error: '`alias` is a URL of this server' });
        resource.addAlias(alias);
        response.json({});
    });
    application.get('/console/requests', (_, response) => {
        response.json(requests.splice(0));
    });
    application.use(resource.metadata());
    const [enter, enterFurther] = [resource.guard(), resource.guard({ further: true })];
    application.all(
        url.pathname,
        enter,
        // Nobody's body is read before its bearer is known.
        express.json(),
        (request, response, next) => (stepup && isGuarded(request.body) ? enterFurther(request, response, next) : next()),
        (request, response) => sessions.serve(request, response)
    );
    return { application, sessions };
}

/** Whether a message, or one of several, calls the tool that needs more. */
function isGuarded(body) {
    return [body].flat().some(message => message?.method === 'tools/call' && message.params?.name === GUARDED);
}
