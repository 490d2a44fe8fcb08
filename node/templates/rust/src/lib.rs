mod ao;
mod json;

use ao::{Message, Outcome};
use std::os::raw::c_char;
use std::sync::Mutex;

/// What the process knows. All of its memory lasts from one message to the next.
struct State {
    count: i64,
}

static STATE: Mutex<State> = Mutex::new(State { count: 0 });

/// One message, and what comes of it.
fn receive(message: &Message) -> Outcome {
    match message.tag("Action") {
        "Add" => add(message),
        "Get" => {
            let count = STATE.lock().unwrap().count.to_string();
            Outcome::new().print(&count).reply(message, "Count", &count)
        }
        _ => Outcome::new(),
    }
}

fn add(message: &Message) -> Outcome {
    let quantity = match message.tag("Quantity") {
        "" => "1",
        written => written,
    };
    let more: i64 = match quantity.parse() {
        Ok(more) => more,
        Err(_) => return Outcome::new().fail(&format!("Quantity is no whole number: {quantity}")),
    };
    let mut state = STATE.lock().unwrap();
    state.count = match state.count.checked_add(more) {
        Some(count) => count,
        None => return Outcome::new().fail("that is more than can be counted"),
    };
    let count = state.count.to_string();
    Outcome::new()
        .print(&format!("counted {count}"))
        .reply(message, "Count", &count)
}

/// The host calls this for every message; both arguments are addresses of JSON texts.
///
/// # Safety
/// `message` must be the address of a text that ends with a NUL.
#[no_mangle]
pub unsafe extern "C" fn handle(message: *const c_char, _env: *const c_char) -> *const c_char {
    ao::write(receive(&ao::read(message)))
}
