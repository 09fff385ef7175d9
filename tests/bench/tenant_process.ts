/**
 * The emulated tenant in a process of its own: prints its CA and parameters as one line of JSON, and
 * ends with its standard input. Given a number of users, and milliseconds of latency, it serves as many
 * users by pages.
 *
 * @module
 */

import { Tenant } from "../support/tenant.ts";
import { PageServer } from "./page_server.ts";

const [userCount, latency = 0] = Deno.args.map(Number);

await using tenant = userCount === undefined
  ? await Tenant.start()
  : await PageServer.start({ userCount, latency });
const line = JSON.stringify({ ca: tenant.ca, parameters: tenant.parameters });
await Deno.stdout.write(new TextEncoder().encode(`${line}\n`));
for await (const _ of Deno.stdin.readable) { /* until it is closed */ }
