import { Message, Outcome, read, write } from './ao';

export { free, malloc } from './ao';

/** What the process knows. What is exported is shown by its name in the state. */
export let count: i64 = 0;

/** One message, and what comes of it. */
function receive(message: Message): Outcome {
  const action = message.tag('Action');
  if (action == 'Add') return add(message);
  if (action == 'Get') return new Outcome().print(count.toString()).reply(message, 'Count', count.toString());
  return new Outcome();
}

function add(message: Message): Outcome {
  const quantity = message.tag('Quantity');
  const more = quantity == '' ? 1 : parseFloat(quantity);
  if (more != Math.floor(more) || !isFinite(more)) return new Outcome().fail(`Quantity is no whole number: ${quantity}`);
  count += i64(more);
  return new Outcome().print(`counted ${count}`).reply(message, 'Count', count.toString());
}

/** The host calls this for every message; both arguments are addresses of JSON texts. */
export function handle(message: usize, env: usize): usize {
  return write(receive(read(message)));
}
