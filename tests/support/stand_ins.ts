/**
 * The flags of Deno that put npm stand-ins in the place of the JSR packages.
 *
 * @module
 */

/**
 * Gives the flags.
 *
 * @param folder The folder of this file, as the running program is to find it.
 */
export function standInFlags(folder: string): string[] {
  return [`--import-map=${folder}/imports.json`, `--lock=${folder}/imports.lock`, "--frozen"];
}
