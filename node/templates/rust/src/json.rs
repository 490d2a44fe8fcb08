//! JSON, as much of it as messages need: without a package, the project builds without a network.
#![allow(dead_code)]

use std::iter::Peekable;
use std::str::Chars;

/// A value of JSON.
#[derive(Debug, PartialEq)]
pub enum Value {
    /// Also a number or a truth value, as it was written.
    Text(String),
    List(Vec<Value>),
    Object(Vec<(String, Value)>),
    Null,
}

impl Value {
    /// `None` for what is no JSON.
    pub fn read(text: &str) -> Option<Value> {
        let mut reader = Reader {
            rest: text.chars().peekable(),
        };
        let value = reader.value()?;
        reader.space();
        reader.rest.next().is_none().then_some(value)
    }

    /// "" for what is no text, number or truth value.
    pub fn text(&self) -> &str {
        match self {
            Value::Text(text) => text,
            _ => "",
        }
    }

    /// Nothing for what is no list.
    pub fn items(&self) -> &[Value] {
        match self {
            Value::List(items) => items,
            _ => &[],
        }
    }

    /// A field of an object; `Null` where it has none of that name.
    pub fn field(&self, name: &str) -> &Value {
        match self {
            Value::Object(fields) => fields
                .iter()
                .find(|(one, _)| one == name)
                .map_or(&Value::Null, |(_, value)| value),
            _ => &Value::Null,
        }
    }
}

/// A text as JSON.
pub fn quote(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for letter in text.chars() {
        match letter {
            '"' | '\\' => quoted.extend(['\\', letter]),
            '\0'..='\x1f' => quoted.push_str(&format!("\\u{:04x}", letter as u32)),
            _ => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}

struct Reader<'a> {
    rest: Peekable<Chars<'a>>,
}

impl Reader<'_> {
    fn value(&mut self) -> Option<Value> {
        self.space();
        match *self.rest.peek()? {
            '{' => self.object(),
            '[' => self.list(),
            '"' => self.string().map(Value::Text),
            _ => self.word(),
        }
    }

    fn object(&mut self) -> Option<Value> {
        let mut fields = Vec::new();
        self.rest.next();
        while !self.ends_with('}') {
            if !fields.is_empty() {
                self.take(',')?;
            }
            self.space();
            let name = self.string()?;
            self.take(':')?;
            fields.push((name, self.value()?));
        }
        Some(Value::Object(fields))
    }

    fn list(&mut self) -> Option<Value> {
        let mut items = Vec::new();
        self.rest.next();
        while !self.ends_with(']') {
            if !items.is_empty() {
                self.take(',')?;
            }
            items.push(self.value()?);
        }
        Some(Value::List(items))
    }

    fn string(&mut self) -> Option<String> {
        let mut text = String::new();
        self.rest.next_if_eq(&'"')?;
        loop {
            match self.rest.next()? {
                '"' => return Some(text),
                '\\' => text.push(self.escaped()?),
                letter => text.push(letter),
            }
        }
    }

    fn escaped(&mut self) -> Option<char> {
        Some(match self.rest.next()? {
            'b' => '\x08',
            'f' => '\x0c',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => return self.unicode(),
            letter => letter,
        })
    }

    /// What lies above 0xFFFF is written as two; half of such a pair is no letter.
    fn unicode(&mut self) -> Option<char> {
        let first = self.hex()?;
        let mut ahead = Reader {
            rest: self.rest.clone(),
        };
        if (0xd800..0xdc00).contains(&first)
            && ahead.rest.next() == Some('\\')
            && ahead.rest.next() == Some('u')
        {
            let second = ahead.hex()?;
            if (0xdc00..0xe000).contains(&second) {
                self.rest = ahead.rest;
                return char::from_u32(0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00));
            }
        }
        Some(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn hex(&mut self) -> Option<u32> {
        (0..4).try_fold(0, |number, _| {
            Some(number * 16 + self.rest.next()?.to_digit(16)?)
        })
    }

    fn word(&mut self) -> Option<Value> {
        let mut word = String::new();
        while let Some(letter) = self
            .rest
            .next_if(|letter| letter.is_ascii_alphanumeric() || "+-.".contains(*letter))
        {
            word.push(letter);
        }
        match word.as_str() {
            "" => None,
            "null" => Some(Value::Null),
            _ => Some(Value::Text(word)),
        }
    }

    fn ends_with(&mut self, end: char) -> bool {
        self.space();
        self.rest.next_if_eq(&end).is_some()
    }

    fn take(&mut self, wanted: char) -> Option<()> {
        self.space();
        self.rest.next_if_eq(&wanted).map(|_| ())
    }

    fn space(&mut self) {
        while self
            .rest
            .next_if(|letter| letter.is_ascii_whitespace())
            .is_some()
        {}
    }
}
