/**
 * Measures start-up, first page, and a walk over all users. The argument is the number of pairs.
 *
 * @module
 */

import { measureStart } from "./start.ts";
import { measureWalk } from "./walk.ts";

const runs = Number(Deno.args[0] ?? 21);

await measureStart(runs);
await measureWalk(Math.min(runs, 7));
