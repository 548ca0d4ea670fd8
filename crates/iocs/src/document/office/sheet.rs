//! Spreadsheets (ISO/IEC 29500-1, section 18): the rows of a sheet as lines, with tabs between the
//! cells.

use std::ops::ControlFlow;

use super::xml::{self, Met};
use crate::document::limits::{Budget, Exceeded};
use crate::document::part::{Part, Sink, Text};

/// So long is a piece that is handed on.
const PIECE: usize = 1 << 20;

/// The texts that cells share, in order.
pub(super) fn shared(xml: &str) -> Vec<String> {
    let (mut all, mut inside, mut is_reading) = (Vec::new(), String::new(), false);
    let _ = xml::walk(xml, |met| match met {
        Met::Start(start) => {
            let name = start.local_name();
            if name.as_ref() == "si" {
                all.push(String::new());
            }
            // A reading in another script says the same again.
            is_reading |= name.as_ref() == "rPh";
            name.as_ref().clone_into(&mut inside);
        }
        Met::End(name) => {
            is_reading &= name != "rPh";
            inside.clear();
        }
        Met::Text(text) => {
            if let Some(last) = all.last_mut().filter(|_| inside == "t" && !is_reading) {
                last.push_str(text);
            }
        }
    });
    all
}

/// A sheet as it is read.
struct Sheet<'s> {
    name: &'s str,
    shared: &'s [String],
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
    shared: &[String],
    budget: &Budget,
    sink: &mut Sink<'_>,
) -> (ControlFlow<()>, Result<(), String>) {
    let mut sheet = Sheet {
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
    };
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

impl Sheet<'_> {
    fn end_cell(&mut self) {
        let value = std::mem::take(&mut self.value);
        let shared = || value.trim().parse::<usize>().ok().and_then(|at| self.shared.get(at));
        let value = if self.kind == "s" { shared().map_or("", String::as_str) } else { &value };
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
