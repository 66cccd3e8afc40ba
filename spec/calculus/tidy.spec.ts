import { test } from "uvu";
import * as assert from "uvu/assert";
import { indexFamilies, tidyIndices } from "../../lib/calculus/tidy.ts";
import { parse, parseDefinitions } from "../../lib/syntax/parse.ts";

const tidies = (list: string, axes: readonly string[], e: string, expected: string): void =>
  test(`given ${list}, ${e} under the axes ${axes.join(", ")} is ${expected}`, () =>
    assert.is(tidyIndices(parse(e), axes, indexFamilies(parseDefinitions(list), new Set())), parse(expected)));

tidies("y = sum(i, x[i])", [], "sum(i'', x[i''])", "sum(i, x[i])");
tidies("y = sum(i, x[i])", ["i"], "x[i] * sum(i'', x[i''])", "x[i] * sum(i', x[i'])");
tidies("y = sum(i, x[i])", ["i"], "x[i] * sum(i, x[i])", "x[i] * sum(i', x[i'])");
tidies("y = sum(i, x[i])", ["i"], "sum(i', sum(i''', x[i'] * x[i''']))", "sum(i', sum(i'', x[i'] * x[i'']))");
tidies("y = sum(i, x[i])", [], "sum(i', sum(i''', x[i'] * x[i''']))", "sum(i, sum(i', x[i] * x[i']))");
tidies("y = sum(i, x[i])", [], "sum(i', x[i']) / extent(i')", "sum(i, x[i]) / extent(i)");
tidies("y = sum(i, x[i])", ["i"], "sum(i, x[i]) / extent(i)", "sum(i', x[i']) / extent(i)");
tidies("y = sum(i, x[i])", [], "sum(j'', z[j''])", "sum(j'', z[j''])");

// What is bound within what binds its name
tidies("y = sum(i, x[i])", [], "sum(i, x[i] * sum(i, x[i]^2))", "sum(i, x[i] * sum(i', x[i']^2))");
tidies(
  "y = sum(i, A[i,i])",
  [],
  "sum(i, sum(i', A[i,i'] * sum(i, x[i])))",
  "sum(i, sum(i', A[i,i'] * sum(i'', x[i''])))",
);
tidies("y = sum(i, x[i]) + sum(i', z[i'])", [], "sum(i, x[i] * sum(i, x[i]))", "sum(i, x[i] * sum(i, x[i]))");

// Names of one family may range differently, unless an array says that they do not

tidies("y = sum(i, x[i]) + sum(i', z[i'])", [], "sum(i''', x[i'''])", "sum(i''', x[i'''])");
tidies("y = sum(i, x[i]) + sum(i', x[i'])", ["i"], "sum(i''', x[i'''])", "sum(i', x[i'])");

test.run();
