// A token as SmartWeave has them: a function that takes a state and an action, and gives the next state or a result.
// Nothing but the state lasts from one message to the next.

export async function handle(state, action) {
  const { input, caller } = action;
  switch (input.function) {
    case 'transfer':
      return { state: transfer(state, caller, input.target, input.qty) };
    case 'mint':
      ContractAssert(caller === state.owner, 'Only the owner may mint.');
      return { state: credit(state, input.target ?? caller, quantityOf(input.qty)) };
    case 'balance': {
      const target = input.target ?? caller;
      return { result: { target, ticker: state.ticker, balance: state.balances[target] ?? 0 } };
    }
    default:
      throw new ContractError(`No function "${input.function}": try transfer, mint or balance.`);
  }
}

function transfer(state, from, target, qty) {
  const quantity = quantityOf(qty);
  ContractAssert(typeof target === 'string' && target !== '', 'A transfer needs a target.');
  ContractAssert(target !== from, 'A transfer to oneself changes nothing.');
  const balance = state.balances[from] ?? 0;
  ContractAssert(balance >= quantity, `${from} has ${balance}, which is less than ${quantity}.`);

  state.balances[from] = balance - quantity;
  if (state.balances[from] === 0) delete state.balances[from];
  // What SmartWeave does not have: a contract on ao may send messages.
  ao.send({ Target: target, Action: 'Credit-Notice', Sender: from, Quantity: quantity });
  return credit(state, target, quantity);
}

function credit(state, target, quantity) {
  state.balances[target] = (state.balances[target] ?? 0) + quantity;
  console.log(`${quantity} ${state.ticker} to ${target}`);
  return state;
}

function quantityOf(qty) {
  const quantity = Number(qty);
  ContractAssert(Number.isInteger(quantity) && quantity > 0, 'A quantity is a whole number above 0.');
  return quantity;
}

// What the process begins with where neither its data nor its tag Init-State says otherwise.
export const initialState = () => ({
  name: 'Sample Token',
  ticker: 'SMPL',
  owner: SmartWeave.contract.owner,
  balances: {},
});
