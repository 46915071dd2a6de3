// A user who logs in with a browser: a headless Chromium, and clicks.

import { chromium } from 'playwright-core';
import { findChromium } from '../chromium.js';

/** Does what `logIn` of user.js does, with a browser. */
export async function logInWithBrowser(address, { name, password, signUp }) {
    const back = new URL(address).searchParams.get('redirect_uri');
    const browser = await chromium.launch({
        executablePath: findChromium(),
        // Nothing leaves this machine.
        args: ['--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1']
    });
    try {
        const page = await browser.newPage();
        // The client's own page is not there: whatever the browser asks it for is taken as the answer.
        const returned = new Promise(resolve => {
            void page.route(
                url => url.href.startsWith(back),
                async (route, request) => {
                    await route.fulfill({ body: 'You can close this window.' });
                    resolve(new URL(request.url()));
                }
            );
        });
        await page.goto(address);
        if (signUp) await page.getByRole('link', { name: 'Register as a new user' }).click();
        await page.getByLabel('Name').fill(name);
        await page.getByLabel('Password').fill(password);
        await page.getByRole('button', { name: signUp ? 'Register' : 'Log in' }).click();
        await page.getByRole('button', { name: 'Allow' }).click();
        return await returned;
    } finally {
        await browser.close();
    }
}
