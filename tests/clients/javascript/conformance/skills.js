// Scenarios about skills: files of a server that a client verifies when it reads them.

import { SkillsClient } from '@modelcontextprotocol/client/ext/skills';
import { connect } from './connection.js';

/** Lists the skills, and reads none of them. */
export async function listSkills(scenario) {
    const connection = await connect(scenario);
    await new SkillsClient(connection.client).list();
    await connection.close();
}

/** Loads each skill: its own file first, then what belongs to it. */
export async function loadSkills(scenario) {
    const connection = await connect(scenario);
    const client = new SkillsClient(connection.client);
    const { skills } = await client.list();
    for (const skill of skills) {
        await client.read(skill);
        for (const { uri } of skill.resources) await client.read(skill, uri);
    }
    await connection.close();
}
