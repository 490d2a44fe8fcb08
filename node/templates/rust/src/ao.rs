//! What a process on ao hears and says: the message as the host hands it over, and the answer.
//! The host writes JSON into memory, calls `handle`, and reads JSON back; this file is all that lies between.
#![allow(dead_code)] // A process need not use all of it.

use crate::json::{quote, Value};
use std::alloc::{alloc, dealloc, Layout};
use std::ffi::{CStr, CString};
use std::os::raw::c_char;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::Mutex;

/// A message that the process was given.
pub struct Message {
    pub id: String,
    /// Who sent it: a process, or a wallet.
    pub from: String,
    /// Whose wallet signed it.
    pub owner: String,
    pub target: String,
    /// Empty where it carried none.
    pub data: String,
    /// Unix milliseconds.
    pub timestamp: u64,
    /// Name and value of each.
    pub tags: Vec<(String, String)>,
}

impl Message {
    /// The value of a tag; "" where the message has none of that name.
    pub fn tag(&self, name: &str) -> &str {
        let found = self.tags.iter().find(|(one, _)| one == name);
        found.map_or("", |(_, value)| value)
    }
}

/// A message that the process sends.
pub struct Send {
    target: String,
    data: String,
    tags: Vec<(String, String)>,
}

impl Send {
    pub fn new(target: &str, data: &str) -> Send {
        Send {
            target: target.into(),
            data: data.into(),
            tags: Vec::new(),
        }
    }

    pub fn with(mut self, name: &str, value: &str) -> Send {
        self.tags.push((name.into(), value.into()));
        self
    }
}

/// What the process answers: what it prints, and what it sends.
#[derive(Default)]
pub struct Outcome {
    lines: Vec<String>,
    error: Option<String>,
    sends: Vec<Send>,
}

impl Outcome {
    pub fn new() -> Outcome {
        Outcome::default()
    }

    pub fn print(mut self, line: &str) -> Outcome {
        self.lines.push(line.into());
        self
    }

    pub fn send(mut self, message: Send) -> Outcome {
        self.sends.push(message);
        self
    }

    /// Answers whoever sent `message`.
    pub fn reply(self, message: &Message, action: &str, data: &str) -> Outcome {
        let answer = Send::new(&message.from, data).with("Action", action);
        self.send(answer.with("X-Reference", &message.id))
    }

    /// The slot ends with an error, and the memory is that of before it.
    pub fn fail(mut self, reason: &str) -> Outcome {
        self.error = Some(reason.into());
        self
    }
}

/// Reads the message at an address.
///
/// # Safety
/// It must be that of a text that ends with a NUL.
pub unsafe fn read(address: *const c_char) -> Message {
    let text = CStr::from_ptr(address).to_string_lossy();
    let fields = Value::read(&text).expect("the host hands over JSON");
    let text_of = |name: &str| fields.field(name).text().to_string();
    let tag_of = |tag: &Value| {
        (
            tag.field("name").text().into(),
            tag.field("value").text().into(),
        )
    };
    Message {
        id: text_of("Id"),
        from: text_of("From"),
        owner: text_of("Owner"),
        target: text_of("Target"),
        data: text_of("Data"),
        timestamp: fields.field("Timestamp").text().parse().unwrap_or(0),
        tags: fields.field("Tags").items().iter().map(tag_of).collect(),
    }
}

/// The last answer: it must be there until the host has read it.
static LAST: Mutex<Option<CString>> = Mutex::new(None);
/// How many messages were sent: each carries its own number, so that no two are the same.
static SENT: AtomicU32 = AtomicU32::new(0);

/// Writes an answer; gives the address where the host reads it.
pub fn write(outcome: Outcome) -> *const c_char {
    let messages: Vec<String> = outcome.sends.iter().map(message_json).collect();
    let error = outcome.error.map_or(String::new(), |reason| {
        format!("\"Error\":{},", quote(&reason))
    });
    let output = quote(&outcome.lines.join("\n"));
    // The loader of the network looks at `ok`; what ended in an error says so in the response.
    let answer = format!(
        "{{\"ok\":true,\"response\":{{{error}\"Output\":{{\"data\":{output}}},\"Messages\":[{}],\"Spawns\":[],\"Assignments\":[]}}}}",
        messages.join(",")
    );
    let mut last = LAST.lock().unwrap();
    last.insert(CString::new(answer).expect("a NUL is escaped in JSON"))
        .as_ptr()
}

fn message_json(send: &Send) -> String {
    let always = [
        ("Data-Protocol", "ao"),
        ("Type", "Message"),
        ("Variant", "ao.TN.1"),
    ];
    let own = send
        .tags
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()));
    let tags: Vec<String> = always.into_iter().chain(own).map(tag_json).collect();
    let anchor = SENT.fetch_add(1, Ordering::Relaxed) + 1;
    format!(
        "{{\"Target\":{},\"Anchor\":\"{anchor:032}\",\"Tags\":[{}],\"Data\":{}}}",
        quote(&send.target),
        tags.join(","),
        quote(&send.data)
    )
}

fn tag_json((name, value): (&str, &str)) -> String {
    format!("{{\"name\":{},\"value\":{}}}", quote(name), quote(value))
}

/// In front of what the host is given stands how large it is.
const HEAD: usize = 8;

fn layout(bytes: usize) -> Layout {
    Layout::from_size_align(bytes, HEAD).expect("no more than the memory")
}

/// The host puts what it hands over where this says.
#[no_mangle]
pub extern "C" fn malloc(bytes: usize) -> *mut u8 {
    let whole = bytes.saturating_add(HEAD);
    // SAFETY: it is not of size zero, and the head is read by `free` alone.
    unsafe {
        let at = alloc(layout(whole));
        assert!(!at.is_null(), "no memory is left");
        at.cast::<usize>().write(whole);
        at.add(HEAD)
    }
}

/// # Safety
/// `address` must be one that `malloc` gave, and only once.
#[no_mangle]
pub unsafe extern "C" fn free(address: *mut u8) {
    let at = address.sub(HEAD);
    dealloc(at, layout(at.cast::<usize>().read()));
}
