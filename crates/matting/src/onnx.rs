//! What an ONNX file says about itself, read without loading it: its input, its output and its operators
//! ([onnx.proto](https://github.com/onnx/onnx/blob/main/onnx/onnx.proto), in Protocol Buffers' wire format). Weights are passed over, so
//! that a file of a gigabyte is described in milliseconds. Knows no network by name.

use std::collections::{BTreeSet, HashMap};
use std::fs::File;
use std::io::{self, BufReader, ErrorKind, Read};
use std::path::Path;

/// Longest name that is read, in bytes; of longer ones the file is refused.
const MAX_NAME: u64 = 4096;
/// Most operators that are looked at.
const MAX_NODES: usize = 200_000;
/// `TensorProto.DataType` of 32-bit floats.
pub(crate) const FLOAT: u64 = 1;

/// A tensor that goes in or comes out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Port {
    pub(crate) name: String,
    /// `TensorProto.DataType`.
    pub(crate) element: u64,
    /// One a dimension; `None` where it is symbolic.
    pub(crate) shape: Vec<Option<u64>>,
}

/// The outline of a network.
#[derive(Debug, Default)]
pub(crate) struct Outline {
    pub(crate) inputs: Vec<Port>,
    pub(crate) outputs: Vec<Port>,
    /// The kinds of operators.
    pub(crate) operators: BTreeSet<String>,
    /// By the name of what an operator makes: its kind, and what it makes it of.
    makers: HashMap<String, (String, String)>,
}

impl Outline {
    /// Reads a file's outline.
    ///
    /// # Errors
    /// Of the file system, and `InvalidData` for what is no ONNX.
    pub(crate) fn read(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        let end = file.metadata()?.len();
        let mut wire = Wire { reader: BufReader::with_capacity(64 << 10, file), at: 0 };
        let mut outline = Self::default();
        while let Some(field) = wire.field(end)? {
            // ModelProto.graph
            match field {
                Field { number: 7, value: Value::Bytes(length) } => outline.graph(&mut wire, length)?,
                field => wire.pass(field.value)?,
            }
        }
        if outline.inputs.is_empty() || outline.outputs.is_empty() {
            return Err(bad("it has no input or no output"));
        }
        Ok(outline)
    }

    /// The kind of operator that makes the first output, behind those that only move or resize it.
    pub(crate) fn last_operator(&self) -> Option<&str> {
        const MOVES: [&str; 9] =
            ["Identity", "Cast", "Resize", "Upsample", "Squeeze", "Unsqueeze", "Reshape", "Slice", "Transpose"];
        let mut name = &self.outputs.first()?.name;
        for _ in 0..16 {
            let (kind, from) = self.makers.get(name)?;
            if !MOVES.contains(&kind.as_str()) {
                return Some(kind);
            }
            name = from;
        }
        None
    }

    fn graph(&mut self, wire: &mut Wire, length: u64) -> io::Result<()> {
        let end = wire.end_of(length)?;
        while let Some(field) = wire.field(end)? {
            match field {
                Field { number: 1, value: Value::Bytes(length) } => self.node(wire, length)?,
                Field { number: 11, value: Value::Bytes(length) } => self.inputs.push(port(wire, length)?),
                Field { number: 12, value: Value::Bytes(length) } => self.outputs.push(port(wire, length)?),
                field => wire.pass(field.value)?,
            }
        }
        Ok(())
    }

    fn node(&mut self, wire: &mut Wire, length: u64) -> io::Result<()> {
        if self.makers.len() > MAX_NODES {
            return Err(bad("it has unreasonably many operators"));
        }
        let end = wire.end_of(length)?;
        let (mut from, mut made, mut kind) = (None, Vec::new(), String::new());
        while let Some(field) = wire.field(end)? {
            match field {
                Field { number: 1, value: Value::Bytes(length) } if from.is_none() => from = Some(wire.text(length)?),
                Field { number: 2, value: Value::Bytes(length) } => made.push(wire.text(length)?),
                Field { number: 4, value: Value::Bytes(length) } => kind = wire.text(length)?,
                field => wire.pass(field.value)?,
            }
        }
        self.operators.insert(kind.clone());
        let from = from.unwrap_or_default();
        self.makers.extend(made.into_iter().map(|name| (name, (kind.clone(), from.clone()))));
        Ok(())
    }
}

/// A `ValueInfoProto`.
fn port(wire: &mut Wire, length: u64) -> io::Result<Port> {
    let mut port = Port::default();
    let end = wire.end_of(length)?;
    while let Some(field) = wire.field(end)? {
        match field {
            Field { number: 1, value: Value::Bytes(length) } => port.name = wire.text(length)?,
            // TypeProto, and in it the type of a tensor.
            Field { number: 2, value: Value::Bytes(length) } => {
                let end = wire.end_of(length)?;
                while let Some(field) = wire.field(end)? {
                    match field {
                        Field { number: 1, value: Value::Bytes(length) } => tensor(wire, length, &mut port)?,
                        field => wire.pass(field.value)?,
                    }
                }
            }
            field => wire.pass(field.value)?,
        }
    }
    Ok(port)
}

fn tensor(wire: &mut Wire, length: u64, port: &mut Port) -> io::Result<()> {
    let end = wire.end_of(length)?;
    while let Some(field) = wire.field(end)? {
        match field {
            Field { number: 1, value: Value::Number(element) } => port.element = element,
            Field { number: 2, value: Value::Bytes(length) } => {
                let end = wire.end_of(length)?;
                while let Some(field) = wire.field(end)? {
                    match field {
                        Field { number: 1, value: Value::Bytes(length) } => port.shape.push(dimension(wire, length)?),
                        field => wire.pass(field.value)?,
                    }
                }
            }
            field => wire.pass(field.value)?,
        }
    }
    Ok(())
}

/// A dimension's length; one of 0 or less means as much as a name.
fn dimension(wire: &mut Wire, length: u64) -> io::Result<Option<u64>> {
    let end = wire.end_of(length)?;
    let mut found = None;
    while let Some(field) = wire.field(end)? {
        match field {
            Field { number: 1, value: Value::Number(length) } => {
                found = Some(length).filter(|length| (1..=u64::from(u32::MAX)).contains(length));
            }
            field => wire.pass(field.value)?,
        }
    }
    Ok(found)
}

/// One field of a message; what has a length is still to be read or passed.
struct Field {
    number: u64,
    value: Value,
}

#[derive(Clone, Copy)]
enum Value {
    Number(u64),
    Bytes(u64),
}

/// The bytes of the file, one after the other.
struct Wire {
    reader: BufReader<File>,
    at: u64,
}

impl Wire {
    fn field(&mut self, end: u64) -> io::Result<Option<Field>> {
        if self.at >= end {
            return if self.at == end { Ok(None) } else { Err(bad("its parts overlap")) };
        }
        let key = self.number()?;
        let value = match key & 7 {
            0 => Value::Number(self.number()?),
            1 => Value::Bytes(8),
            2 => Value::Bytes(self.number()?),
            5 => Value::Bytes(4),
            _ => return Err(bad("it is no ONNX file")),
        };
        Ok(Some(Field { number: key >> 3, value }))
    }

    /// Where a message of this length ends.
    fn end_of(&self, length: u64) -> io::Result<u64> {
        self.at.checked_add(length).ok_or_else(|| bad("a part is longer than the file"))
    }

    fn number(&mut self) -> io::Result<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let mut byte = [0];
            self.reader.read_exact(&mut byte)?;
            self.at += 1;
            number |= u64::from(byte[0] & 0x7F) << shift;
            if byte[0] < 0x80 {
                return Ok(number);
            }
        }
        Err(bad("it is no ONNX file"))
    }

    fn text(&mut self, length: u64) -> io::Result<String> {
        if length > MAX_NAME {
            return Err(bad("a name is unreasonably long"));
        }
        let mut bytes = Vec::new();
        let read = self.reader.by_ref().take(length).read_to_end(&mut bytes)?;
        self.at += length;
        if read as u64 != length {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        String::from_utf8(bytes).map_err(|_| bad("it is no ONNX file"))
    }

    fn pass(&mut self, value: Value) -> io::Result<()> {
        if let Value::Bytes(length) = value {
            self.at = self.end_of(length)?;
            self.reader.seek_relative(i64::try_from(length).map_err(|_| bad("a part is longer than the file"))?)?;
        }
        Ok(())
    }
}

fn bad(what: &'static str) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, what)
}
