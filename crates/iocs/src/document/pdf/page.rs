//! The text of a page: its content streams and the forms that they draw, run as far as text needs.

use std::collections::HashMap;
use std::rc::Rc;

use lopdf::{Dictionary, Document, Object, ObjectId, Stream};

use super::content::{Operand, Operations};
use super::font::Font;
use super::lines::{Glyph, Lines};
use crate::document::limits::Budget;

/// Forms that draw forms.
const DEEPEST: usize = 8;
/// Saved states, and pages above a page.
const MOST_STATES: usize = 512;
const MOST_PARENTS: usize = 64;
/// The largest content stream. The specification of a page is some kilobytes.
const LARGEST_STREAM: u64 = 32 << 20;
/// As many glyphs as two thousand pages of a book hold.
const MOST_GLYPHS: usize = 4_000_000;

/// What reads the pages of a document, one after the other.
pub(super) struct Pages<'d> {
    document: &'d Document,
    budget: &'d Budget,
    fonts: HashMap<ObjectId, Rc<Font>>,
    glyphs: usize,
}

/// What a page says, and how much of it could not be told.
pub(super) struct Page {
    pub(super) text: String,
    pub(super) numbers: Vec<u64>,
    /// Glyphs that have no character, and all.
    pub(super) unknown: usize,
    pub(super) all: usize,
    /// Why some of its content could not be unpacked.
    pub(super) damage: Option<String>,
}

/// A matrix as PDF writes it: x' = a·x + c·y + e, y' = b·x + d·y + f.
type Matrix = [f64; 6];
const IDENTITY: Matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];

/// First `inner`, then `outer`.
fn then(inner: &Matrix, outer: &Matrix) -> Matrix {
    let [a, b, c, d, e, f] = *inner;
    let [p, q, r, s, t, u] = *outer;
    [
        a * p + b * r,
        a * q + b * s,
        c * p + d * r,
        c * q + d * s,
        e * p + f * r + t,
        e * q + f * s + u,
    ]
}

/// The graphics state, as far as text needs it.
#[derive(Clone)]
struct State {
    matrix: Matrix,
    /// Where the next glyph goes, and where its line began.
    text: Matrix,
    line: Matrix,
    font: Option<Rc<Font>>,
    size: f64,
    letter_space: f64,
    word_space: f64,
    scale: f64,
    leading: f64,
    rise: f64,
}

impl State {
    fn new(matrix: Matrix) -> Self {
        Self {
            matrix,
            text: IDENTITY,
            line: IDENTITY,
            font: None,
            size: 1.0,
            letter_space: 0.0,
            word_space: 0.0,
            scale: 1.0,
            leading: 0.0,
            rise: 0.0,
        }
    }

    /// Applies an operator that sets something (ISO 32000-1, sections 8.4.4, 9.3 and 9.4).
    fn set(&mut self, operator: &[u8], operands: &[Operand]) {
        let number = |at: usize| number(operands, at);
        match operator {
            b"cm" => self.matrix = then(&std::array::from_fn(number), &self.matrix),
            b"BT" => self.begin(IDENTITY),
            b"Tm" => self.begin(std::array::from_fn(number)),
            b"Td" => self.step(number(0), number(1)),
            b"TD" => {
                self.leading = -number(1);
                self.step(number(0), number(1));
            }
            b"T*" | b"'" => self.step(0.0, -self.leading),
            b"\"" => {
                (self.word_space, self.letter_space) = (number(0), number(1));
                self.step(0.0, -self.leading);
            }
            b"Tc" => self.letter_space = number(0),
            b"Tw" => self.word_space = number(0),
            b"Tz" => self.scale = number(0) / 100.0,
            b"TL" => self.leading = number(0),
            b"Ts" => self.rise = number(0),
            _ => {}
        }
    }

    fn begin(&mut self, line: Matrix) {
        (self.text, self.line) = (line, line);
    }

    fn step(&mut self, x: f64, y: f64) {
        self.begin(then(&[1.0, 0.0, 0.0, 1.0, x, y], &self.line));
    }
}

/// An operand that is a number; zero where it is missing.
fn number(operands: &[Operand], at: usize) -> f64 {
    match operands.get(at) {
        Some(Operand::Number(number)) => *number,
        _ => 0.0,
    }
}

impl<'d> Pages<'d> {
    pub(super) fn new(document: &'d Document, budget: &'d Budget) -> Self {
        Self { document, budget, fonts: HashMap::new(), glyphs: 0 }
    }

    /// Reads a page.
    pub(super) fn read(&mut self, id: ObjectId) -> Page {
        let mut run = Run { lines: Lines::default(), unknown: 0, all: 0, damage: None };
        let resources = self.resources(id);
        let mut content = Vec::new();
        for stream in self.document.get_page_contents(id) {
            if let Ok(stream) = self.document.get_object(stream).and_then(Object::as_stream) {
                content.extend(self.unpack(stream, &mut run));
                content.push(b'\n');
            }
        }
        self.run(&content, resources.as_ref(), IDENTITY, 0, &mut run);
        let (text, numbers) = run.lines.text();
        Page { text, numbers, unknown: run.unknown, all: run.all, damage: run.damage }
    }

    /// A page's resources, which it may have of the pages above it.
    fn resources(&self, id: ObjectId) -> Option<Dictionary> {
        let mut node = self.document.get_dictionary(id).ok()?;
        for _ in 0..MOST_PARENTS {
            if let Ok(resources) =
                node.get_deref(b"Resources", self.document).and_then(Object::as_dict)
            {
                return Some(resources.clone());
            }
            node = node.get_deref(b"Parent", self.document).and_then(Object::as_dict).ok()?;
        }
        None
    }

    fn unpack(&self, stream: &Stream, run: &mut Run) -> Vec<u8> {
        let most = LARGEST_STREAM.min(self.budget.unpacked_left());
        match stream.decompressed_content_with_limit(usize::try_from(most).unwrap_or(usize::MAX)) {
            Ok(content) if self.budget.take_unpacked(content.len() as u64).is_ok() => content,
            Ok(_) => Vec::new(),
            Err(error) => {
                run.damage = Some(error.to_string());
                Vec::new()
            }
        }
    }

    fn font(&mut self, resources: Option<&Dictionary>, name: &[u8]) -> Option<Rc<Font>> {
        let fonts = resources?.get_deref(b"Font", self.document).and_then(Object::as_dict).ok()?;
        let font = fonts.get(name).ok()?;
        let id = font.as_reference().ok();
        if let Some(known) = id.and_then(|id| self.fonts.get(&id)) {
            return Some(Rc::clone(known));
        }
        let (_, dictionary) = self.document.dereference(font).ok()?;
        let font = Rc::new(Font::new(dictionary.as_dict().ok()?, self.document));
        if let Some(id) = id {
            self.fonts.insert(id, Rc::clone(&font));
        }
        Some(font)
    }

    /// Runs a content stream.
    fn run(
        &mut self,
        content: &[u8],
        resources: Option<&Dictionary>,
        matrix: Matrix,
        depth: usize,
        run: &mut Run,
    ) {
        let mut state = State::new(matrix);
        let mut saved = Vec::new();
        let (mut operations, mut operands) = (Operations::new(content), Vec::new());
        while let Some(operator) = operations.next(&mut operands) {
            let name = match operands.first() {
                Some(Operand::Name(name)) => name.as_slice(),
                _ => b"",
            };
            match operator {
                b"q" if saved.len() < MOST_STATES => saved.push(state.clone()),
                b"Q" => state = saved.pop().unwrap_or(state),
                b"Tf" => {
                    state.font = self.font(resources, name);
                    state.size = number(&operands, 1);
                }
                b"Do" if depth < DEEPEST => self.form(name, resources, &state.matrix, depth, run),
                b"Tj" | b"TJ" | b"'" | b"\"" => {
                    state.set(operator, &operands);
                    self.show(&operands, &mut state, run);
                }
                operator => state.set(operator, &operands),
            }
            if self.glyphs > MOST_GLYPHS {
                run.damage = Some(format!("more than {MOST_GLYPHS} characters"));
                return;
            }
        }
    }

    /// Runs what a form draws.
    fn form(
        &mut self,
        name: &[u8],
        resources: Option<&Dictionary>,
        matrix: &Matrix,
        depth: usize,
        run: &mut Run,
    ) {
        let objects = resources.and_then(|all| all.get_deref(b"XObject", self.document).ok());
        let object =
            objects.and_then(|objects| objects.as_dict().ok()?.get_deref(name, self.document).ok());
        let Some(stream) = object.and_then(|object| object.as_stream().ok()) else { return };
        let subtype = stream.dict.get_deref(b"Subtype", self.document).and_then(Object::as_name);
        if subtype.is_ok_and(|subtype| subtype != b"Form") {
            return;
        }
        let own = stream.dict.get_deref(b"Matrix", self.document).and_then(Object::as_array);
        let own = own.map_or(IDENTITY, |own| {
            std::array::from_fn(|at| {
                own.get(at).and_then(|n| n.as_float().ok()).map_or(0.0, f64::from)
            })
        });
        let inside =
            stream.dict.get_deref(b"Resources", self.document).and_then(Object::as_dict).ok();
        let content = self.unpack(stream, run);
        // Each run costs what it unpacks, so that forms that draw each other come to an end.
        self.glyphs += 100 + content.len() / 64;
        self.run(&content, inside.or(resources), then(&own, matrix), depth + 1, run);
    }

    /// Shows text: strings, and the steps between them in thousandths.
    fn show(&mut self, operands: &[Operand], state: &mut State, run: &mut Run) {
        let Some(font) = state.font.clone() else {
            // The page does not hold the font that it names.
            for operand in operands {
                if let Operand::Text(bytes) = operand {
                    run.all += bytes.len();
                    run.unknown += bytes.len();
                }
            }
            return;
        };
        for operand in operands {
            match operand {
                Operand::Number(step) if operands.len() > 1 && operands[0] == Operand::Open => {
                    let x = -step / 1000.0 * state.size * state.scale;
                    state.text = then(&[1.0, 0.0, 0.0, 1.0, x, 0.0], &state.text);
                }
                Operand::Text(bytes) if font.is_wide => {
                    for code in bytes.chunks(2) {
                        let code = code.iter().fold(0, |code, byte| code << 8 | u16::from(*byte));
                        self.glyph(code, &font, state, run);
                    }
                }
                Operand::Text(bytes) => {
                    for code in bytes {
                        self.glyph(u16::from(*code), &font, state, run);
                    }
                }
                _ => {}
            }
        }
    }

    fn glyph(&mut self, code: u16, font: &Font, state: &mut State, run: &mut Run) {
        self.glyphs += 1;
        run.all += 1;
        let width = font.width(code) / 1000.0 * state.size;
        let is_space = code == 32 && !font.is_wide;
        let advance = (width + state.letter_space + if is_space { state.word_space } else { 0.0 })
            * state.scale;
        let place = then(&state.text, &state.matrix);
        state.text = then(&[1.0, 0.0, 0.0, 1.0, advance, 0.0], &state.text);
        let Some(shown) = font.text(code) else {
            run.unknown += 1;
            return;
        };
        let [a, b, c, d, e, f] = place;
        // The direction of the line, and the place along it and across.
        let length = a.hypot(b);
        let (x, y) = if length > 0.0 { (a / length, b / length) } else { (1.0, 0.0) };
        let (left, low) = (e + c * state.rise, f + d * state.rise);
        let start = left * x + low * y;
        run.lines.push(Glyph {
            text: shown.into_owned(),
            angle: y.atan2(x).to_degrees().round() as i32,
            start,
            end: start + width * state.scale * length,
            height: low * x - left * y,
            size: (c.hypot(d) * state.size).abs().max(0.1),
        });
    }
}

/// What is gathered of a page.
struct Run {
    lines: Lines,
    unknown: usize,
    all: usize,
    damage: Option<String>,
}
