// The users, in memory.

import { randomBytes, scryptSync, timingSafeEqual } from 'node:crypto';

/** What a name may be made of. */
const NAME = /^[\w.@-]{1,64}$/;

export class Accounts {
    #accounts = new Map();

    /** Adds a user; gives what is wrong with it, or nothing. */
    add(name, password) {
        if (!NAME.test(name)) return 'a name has letters, digits and . @ - _';
        if (password.length < 8) return 'a password has at least 8 letters';
        if (this.#accounts.has(name)) return 'this name is taken';
        const salt = randomBytes(16);
        this.#accounts.set(name, { salt, hash: scryptSync(password, salt, 32) });
        return undefined;
    }

    /** Whether this is the user's password. */
    knows(name, password) {
        const account = this.#accounts.get(name);
        return account !== undefined && timingSafeEqual(account.hash, scryptSync(password, account.salt, 32));
    }

    has(name) {
        return this.#accounts.has(name);
    }
}
