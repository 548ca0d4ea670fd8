//! Spreadsheets (ISO/IEC 29500-1, section 18): the rows of a sheet as lines, with tabs between the
//! cells.

use std::ops::ControlFlow;

use super::xml::{self, Met};
use crate::document::limits::{Budget, Exceeded};
use crate::document::part::{Part, Sink, Text};

/// The length from which on a piece is handed on.
const PIECE: usize = 1 << 20;

/// The texts that cells share, in order; there may be millions of them.
#[derive(Debug, Default)]
pub(super) struct Shared {
    text: String,
    /// Where each ends.
    ends: Vec<u32>,
}

impl Shared {
    /// Reads the part that holds them.
    pub(super) fn read(xml: &str) -> Self {
        let mut shared = Self::default();
        let (mut inside, mut is_reading) = (String::new(), false);
        let _ = xml::walk(xml, |met| match met {
            Met::Start(start) => {
                // A reading in another script says the same again.
                is_reading |= start.local_name().as_ref() == "rPh";
                start.local_name().as_ref().clone_into(&mut inside);
            }
            Met::End(name) => {
                is_reading &= name != "rPh";
                if name == "si" {
                    // A part that is held is shorter than 4 GiB.
                    shared.ends.extend(u32::try_from(shared.text.len()));
                }
                inside.clear();
            }
            Met::Text(text) if inside == "t" && !is_reading => shared.text.push_str(text),
            Met::Text(_) => {}
        });
        shared
    }

    fn get(&self, at: usize) -> &str {
        let end = self.ends.get(at).map(|end| *end as usize);
        let start = at
            .checked_sub(1)
            .and_then(|before| self.ends.get(before))
            .map_or(0, |end| *end as usize);
        end.map_or("", |end| &self.text[start..end])
    }
}

/// A sheet as it is read.
struct Sheet<'s> {
    name: &'s str,
    shared: &'s Shared,
    budget: &'s Budget,
    row: u64,
    /// The row's cells, and the formulas of those that have one.
    cells: String,
    formulas: String,
    kind: String,
    value: String,
    formula: String,
    text: String,
    lines: Vec<u64>,
    exceeded: Option<Exceeded>,
}

/// Hands on the rows of a sheet.
pub(super) fn read(
    name: &str,
    xml: &str,
    shared: &Shared,
    budget: &Budget,
    sink: &mut Sink<'_>,
) -> (ControlFlow<()>, Result<(), String>) {
    let mut sheet = Sheet::new(name, shared, budget);
    let (mut flow, mut inside) = (ControlFlow::Continue(()), String::new());
    let result = xml::walk(xml, |met| {
        if flow.is_break() || sheet.exceeded.is_some() {
            return;
        }
        match met {
            Met::Start(start) => {
                let name = start.local_name();
                match name.as_ref() {
                    "row" => {
                        let number = xml::attribute(start, "r").and_then(|row| row.parse().ok());
                        sheet.row = number.unwrap_or(sheet.row + 1);
                    }
                    "c" => sheet.kind = xml::attribute(start, "t").unwrap_or_default(),
                    "hyperlink" => {
                        // What is shown is in the cell; a target in this file names a cell.
                        sheet.formulas.extend(xml::attribute(start, "display"));
                        sheet.end_row();
                    }
                    _ => {}
                }
                name.as_ref().clone_into(&mut inside);
            }
            Met::End(name) => {
                inside.clear();
                match name {
                    "c" => sheet.end_cell(),
                    "row" => sheet.end_row(),
                    _ => {}
                }
                if sheet.text.len() > PIECE {
                    flow = sheet.hand_on(sink);
                }
            }
            Met::Text(text) => match inside.as_str() {
                "v" | "t" => sheet.value.push_str(text),
                "f" => sheet.formula.push_str(text),
                _ => {}
            },
        }
    });
    if flow.is_continue() {
        sheet.end_row();
        flow = sheet.hand_on(sink);
    }
    let result = sheet.exceeded.map_or(result, |exceeded| Err(exceeded.to_string()));
    (flow, result)
}

impl<'s> Sheet<'s> {
    fn new(name: &'s str, shared: &'s Shared, budget: &'s Budget) -> Self {
        Self {
            name,
            shared,
            budget,
            row: 0,
            cells: String::new(),
            formulas: String::new(),
            kind: String::new(),
            value: String::new(),
            formula: String::new(),
            text: String::new(),
            lines: Vec::new(),
            exceeded: None,
        }
    }

    fn end_cell(&mut self) {
        let value = std::mem::take(&mut self.value);
        let number = || value.trim().parse::<usize>().ok();
        let value = if self.kind == "s" {
            number().map_or("", |number| self.shared.get(number))
        } else {
            &value
        };
        // A short text may be shared by a million cells.
        self.exceeded = self.budget.take_unpacked(value.len() as u64).err();
        if !self.cells.is_empty() {
            self.cells.push('\t');
        }
        // A line break in a cell is one in the text; both are lines of the row.
        self.cells.push_str(value);
        if !self.formula.is_empty() {
            self.formulas.push('=');
            self.formulas.push_str(&std::mem::take(&mut self.formula));
            self.formulas.push('\n');
        }
    }

    fn end_row(&mut self) {
        for piece in [std::mem::take(&mut self.cells), std::mem::take(&mut self.formulas)] {
            for line in piece.lines().filter(|line| !line.trim().is_empty()) {
                self.text.push_str(line);
                self.text.push('\n');
                self.lines.push(self.row.max(1));
            }
        }
    }

    fn hand_on(&mut self, sink: &mut Sink<'_>) -> ControlFlow<()> {
        if self.lines.is_empty() {
            return ControlFlow::Continue(());
        }
        let (text, lines) = (std::mem::take(&mut self.text), std::mem::take(&mut self.lines));
        sink(Part::Text(Text { name: self.name.to_owned(), text, lines, ..Text::default() }))
    }
}
