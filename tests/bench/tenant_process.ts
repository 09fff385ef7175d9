/**
 * The emulated tenant in a process of its own: prints its CA and parameters as one line of JSON, and
 * ends with its standard input.
 *
 * @module
 */

import { Tenant } from "../support/tenant.ts";

await using tenant = await Tenant.start();
const line = JSON.stringify({ ca: tenant.ca, parameters: tenant.parameters });
await Deno.stdout.write(new TextEncoder().encode(`${line}\n`));
for await (const _ of Deno.stdin.readable) { /* until it is closed */ }
