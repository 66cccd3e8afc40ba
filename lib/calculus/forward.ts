import { checkedDefinitions, type Definition, type Definitions, definition } from "../expression/definition.ts";
import { FluxionError } from "../expression/error.ts";
import { freeVariables } from "../expression/fold.ts";
import { freshName, indexNames } from "../expression/indices.ts";
import { axesOf, derivative, type Target } from "./derivative.ts";
import { finisher } from "./finish.ts";

/**
 * The derivatives of a list by one variable, in the order of the list: the chain rule reads the derivative of an earlier
 * definition wherever the definition itself is read.
 */
export function forward(definitions: Definitions, by: Target): Definitions {
  const list = checkedDefinitions(definitions);
  const axes = checkedAxes(list, by);
  const expressions = list.map(({ expression }) => expression);
  const taken = new Set([by.name, ...freeVariables(...expressions), ...list.map(({ name }) => name)]);
  const finish = finisher(list, new Set([...indexNames(...expressions), ...list.flatMap(each => each.axes), ...axes]));
  const tangents = new Map<string, string>();
  const result: Definition[] = [];
  for (const [position, one] of list.entries()) {
    const isRead = freeVariables(one.expression).some(name => name === by.name || tangents.has(name));
    if (!isRead && position < list.length - 1) continue;
    const name = freshName(`d${one.name}_d${by.name}`, taken);
    taken.add(name);
    tangents.set(one.name, name);
    const whole = [...one.axes, ...axes];
    result.push(definition(name, whole, finish(derivative(one.expression, by, tangents), whole, position)));
  }
  return Object.freeze(result);
}

function checkedAxes(list: Definitions, by: Target): readonly string[] {
  const axes = axesOf(by);
  const odd = by.indices.find(({ name, terms }) => name === undefined && terms.length > 0);
  if (odd !== undefined) {
    throw new FluxionError(
      "bad-index",
      `a list is differentiated by an element under names and integers, as ${by.name}[p,0]`,
    );
  }
  for (const one of list) {
    const axis = one.axes.find(name => axes.includes(name));
    if (axis === undefined) continue;
    throw new FluxionError(
      "bad-index",
      `${axis} is an axis of ${one.name}[${one.axes}] already; name the element of ${by.name} by other indices`,
    );
  }
  return axes;
}
