// The page of the Inspector, as a user sees it.

import { Shown } from './entry.js';

/** The heading above the list of tools. */
const TOOLS = /^Tools \((\d+)\)$/;

/** How long the list of requests may take to appear beside an error, in milliseconds. */
const LISTING = 2000;

export class InspectorPage {
    /** Everything so far that wants the user to do something: dialogs, and pages that are not the Inspector's. */
    opened = [];

    /** Opens the page; it is tall, so that no list needs scrolling. */
    static async open(browser, address) {
        const context = await browser.newContext({ viewport: { width: 1600, height: 4000 } });
        const opened = new InspectorPage(await context.newPage(), new URL(address).origin);
        await opened.page.goto(address);
        context.on('page', other => opened.notice(`page ${other.url()}`));
        return opened;
    }

    constructor(page, origin) {
        this.page = page;
        this.left = new Promise((_, reject) => (this.leave = reject));
        // The limit is that of the whole run.
        page.setDefaultTimeout(0);
        page.on('request', request => {
            const away = !request.url().startsWith(`${origin}/`);
            if (request.isNavigationRequest() && away) this.notice(`address ${request.url()}`);
        });
        page.on('dialog', dialog => {
            this.notice(`dialog ${dialog.message()}`);
            void dialog.dismiss();
        });
    }

    /** Takes note of something that wants the user. */
    notice(what) {
        this.opened.push(what);
        this.leave(new Shown('waiting', 'it waits for the user'));
    }

    /** Turns the server's switch on, and tells whether it connects. */
    async connect() {
        await this.page.getByRole('switch', { name: /^Connect or disconnect/ }).press('Space');
        const [connected, failed] = ['Connected', 'Failed'].map(word => this.page.getByText(word, { exact: true }));
        await Promise.race([connected.or(failed).first().waitFor(), this.left]);
        return connected.isVisible();
    }

    /** The names in the Tools tab, once there are as many as its heading says. */
    async tools() {
        await this.page.getByRole('radio', { name: 'Tools', exact: true }).press('Space');
        const heading = this.page.getByRole('heading', { name: TOOLS });
        await heading.waitFor();
        const count = Number(TOOLS.exec(await heading.innerText())[1]);
        const buttons = this.page.getByRole('main').getByRole('button').filter({ has: this.page.locator('p') });
        await buttons.nth(count - 1).waitFor();
        const names = [];
        for (const button of await buttons.all()) {
            // A tool's title stands above its name.
            if (await button.isVisible()) names.push(await button.locator('p').last().innerText());
        }
        return names;
    }

    /**
     * The error that is shown, and the requests in the Network tab, the oldest first.
     *
     * The page does not always show that tab when the first request fails at once: there are no requests then.
     */
    async failure() {
        const alert = this.page.getByRole('alert').filter({ hasText: 'Failed to connect' });
        // It goes away by itself after a while.
        const told = await alert.innerText();
        for (const dialog of await this.page.getByRole('dialog').allInnerTexts()) this.opened.push(`dialog ${dialog}`);
        const requests = this.page.getByRole('heading', { name: /^Requests \(\d+\)$/ });
        const listed = await requests.waitFor({ timeout: LISTING }).then(
            () => true,
            () => false
        );
        const list = listed ? readRequests(await this.page.getByRole('main').innerText()) : [];
        return { alert: told, requests: list };
    }
}

/** The entries of the Network tab: each has its method, its status and its address on lines of their own. */
function readRequests(text) {
    const requests = [];
    for (const line of text.split('\n').map(line => line.trim())) {
        if (/^(GET|POST|DELETE)$/.test(line)) requests.unshift({ method: line });
        else if (/^\d{3} [A-Z ]+$/.test(line) && requests.length > 0) requests[0].status = line;
        else if (/^https?:\/\//.test(line) && requests.length > 0) requests[0].url = line;
    }
    return requests.map(({ method, url, status }) => `${method} ${url} ${status}`);
}
