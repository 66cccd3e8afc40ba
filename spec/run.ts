/**
 * Runs the specs: `npm test`, or `npm test -- parse print/` for the files whose path contains one of the words.
 * An argument that is itself a file runs that file, whatever its name.
 *
 * uvu by itself passes a file that runs no test; here that is a failure. The last line printed is always
 * `N passed, N failed`, followed by `, N skipped` where something was.
 */
import { runSpecs } from "./support/runner.ts";

process.exitCode = await runSpecs(process.argv.slice(2));
