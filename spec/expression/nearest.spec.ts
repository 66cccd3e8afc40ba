import { test } from "uvu";
import * as assert from "uvu/assert";
import { nearestName, suggestion } from "../../lib/expression/nearest.ts";

const names = ["sin", "sinh", "tanh", "atan2", "softplus", "x", "__proto__"];

test("a letter left out, put in, changed or swapped is forgiven", () => {
  assert.is(nearestName("snh", names), "sinh");
  assert.is(nearestName("tahn", names), "tanh");
  assert.is(nearestName("sofplus", names), "softplus");
  assert.is(nearestName("softmplus", names), "softplus");
  assert.is(nearestName("atan3", names), "atan2");
  assert.is(nearestName("Tanh", names), "tanh");
  assert.is(nearestName("__proto_", names), "__proto__");
});

test("what is like none suggests nothing", () => {
  assert.is(nearestName("weight", names), undefined);
  assert.is(nearestName("y", names), undefined);
  assert.is(nearestName("", names), undefined);
  assert.is(nearestName("tanh", []), undefined);
  assert.is(nearestName("s".repeat(1e6), names), undefined);
});

test("a suggestion ends a sentence", () => {
  assert.is(suggestion("tnah", names), "; did you mean tanh?");
  assert.is(suggestion("weight", names), "");
});

test.run();
