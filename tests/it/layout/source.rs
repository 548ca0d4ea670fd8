//! A source file as the layout's rules see it: its names, its imports and paths, its length.

use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// One file, with what the rules ask of it.
#[derive(Default)]
pub(super) struct Source {
    /// From the project's folder: `src/scan/job.rs`.
    pub(super) path: String,
    pub(super) lines: usize,
    pub(super) imports: Vec<Import>,
    pub(super) paths: Vec<Mention>,
    /// What each of the file's modules defines.
    pub(super) items: Vec<(Scope, String)>,
    pub(super) inline_modules: Vec<Scope>,
    pub(super) functions: Vec<Function>,
    /// Types, variants, functions and modules that are named here.
    pub(super) names: Vec<String>,
    pub(super) prints: Vec<usize>,
    /// String literals outside documentation.
    pub(super) literals: Vec<(usize, String)>,
}

/// The inline modules around a place in a file, the outermost first.
pub(super) type Scope = Vec<String>;

/// One name that a `use` brings in: `use a::b as c` is `["a", "b"]` known as `c`.
pub(super) struct Import {
    pub(super) scope: Scope,
    pub(super) line: usize,
    pub(super) is_absolute: bool,
    pub(super) path: Vec<String>,
    /// `None` for `*`.
    pub(super) known_as: Option<String>,
}

/// A path of two names or more in the code.
pub(super) struct Mention {
    pub(super) scope: Scope,
    pub(super) line: usize,
    pub(super) path: Vec<String>,
}

pub(super) struct Function {
    pub(super) name: String,
    pub(super) lines: usize,
}

/// Every source file below a folder of the project.
pub(super) fn sources(folder: &str) -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (mut folders, mut files) = (vec![root.join(folder)], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            if path.is_dir() && !path.ends_with("target") {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
                files.push(Source::read(&name, &fs::read_to_string(&path).unwrap()));
            }
        }
    }
    files.sort_by(|one, other| one.path.cmp(&other.path));
    files
}

impl Source {
    pub(super) fn read(path: &str, text: &str) -> Self {
        let tokens: TokenStream = text.parse().unwrap_or_else(|error| panic!("{path}: {error}"));
        let mut source =
            Self { path: path.to_owned(), lines: text.lines().count(), ..Self::default() };
        source.walk(&tokens.into_iter().collect::<Vec<_>>(), &Vec::new(), Level::Module);
        source
    }

    fn walk(&mut self, tokens: &[TokenTree], scope: &Scope, level: Level) {
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            at += match token {
                TokenTree::Punct(_) => documentation(&tokens[at..]).unwrap_or(1),
                TokenTree::Ident(_) => {
                    self.word(&tokens[at..], sign_before(tokens, at), scope, level)
                }
                TokenTree::Group(group) => {
                    let inside: Vec<_> = group.stream().into_iter().collect();
                    self.walk(&inside, scope, Level::Inside);
                    1
                }
                TokenTree::Literal(literal) => {
                    let text = literal.to_string();
                    if text.ends_with(['"', '#']) {
                        self.literals.push((line_of(token), text));
                    }
                    1
                }
            };
        }
    }

    /// Takes in what begins with a word, and says how many tokens that was.
    fn word(&mut self, tokens: &[TokenTree], before: &str, scope: &Scope, level: Level) -> usize {
        let (word, next) = (tokens[0].to_string(), tokens.get(1).map(ToString::to_string));
        let next = next.unwrap_or_default();
        match word.as_str() {
            "use" if next != "<" => return self.import(tokens, scope),
            "mod" => {
                self.names.push(next.clone());
                if let Some(TokenTree::Group(body)) = tokens.get(2) {
                    let mut inner = scope.clone();
                    inner.push(next);
                    self.inline_modules.push(inner.clone());
                    self.walk(&body.stream().into_iter().collect::<Vec<_>>(), &inner, level);
                    return 3;
                }
                return 2;
            }
            "fn" if is_name(&next) => {
                self.functions.push(Function { name: next.clone(), lines: lines_of_body(tokens) });
                self.define(&next, scope, level);
                self.names.push(next);
                return 2;
            }
            "struct" | "enum" | "trait" | "type" | "union" if is_name(&next) => {
                self.define(&next, scope, level);
                self.names.push(next);
                if word == "enum" {
                    self.names.extend(variants(tokens));
                }
                return 2;
            }
            "const" | "static" if is_name(&next) && next != "fn" => {
                self.define(&next, scope, level);
            }
            "macro_rules" => {
                let name = tokens.get(2).map(ToString::to_string).unwrap_or_default();
                self.define(&name, scope, level);
            }
            _ => {}
        }
        self.path(tokens, before, scope)
    }

    fn define(&mut self, name: &str, scope: &Scope, level: Level) {
        if level == Level::Module {
            self.items.push((scope.clone(), name.to_owned()));
        }
    }

    /// A path, or another word.
    fn path(&mut self, tokens: &[TokenTree], before: &str, scope: &Scope) -> usize {
        let mut path = vec![tokens[0].to_string()];
        let mut length = 1;
        while is_sign(tokens.get(length), ':') && is_sign(tokens.get(length + 1), ':') {
            let Some(TokenTree::Ident(name)) = tokens.get(length + 2) else { break };
            path.push(name.to_string());
            length += 3;
        }
        let line = line_of(&tokens[0]);
        if prints(path.last().unwrap(), &tokens[length..]) {
            self.prints.push(line);
        }
        if path.len() > 1 && !matches!(before, "." | "$" | "::") {
            self.paths.push(Mention { scope: scope.clone(), line, path });
        }
        length
    }

    fn import(&mut self, tokens: &[TokenTree], scope: &Scope) -> usize {
        let end = tokens.iter().position(|token| is_sign(Some(token), ';')).unwrap_or(tokens.len());
        let is_absolute = is_sign(tokens.get(1), ':');
        let mut leaves = Vec::new();
        tree(&tokens[if is_absolute { 3 } else { 1 }..end], &[], &mut leaves);
        let line = line_of(&tokens[0]);
        let is_stream = |(path, _): &Leaf| matches!(path.last(), Some(name) if is_a_stream(name));
        self.prints.extend(leaves.iter().any(is_stream).then_some(line));
        self.imports.extend(leaves.into_iter().map(|(path, known_as)| Import {
            scope: scope.clone(),
            line,
            is_absolute,
            path,
            known_as,
        }));
        end + 1
    }
}

/// Whether tokens stand directly in a module or deeper: in a function, an `impl`, a type.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Level {
    Module,
    Inside,
}

type Leaf = (Vec<String>, Option<String>);

/// The names that a tree of a `use` brings in.
fn tree(tokens: &[TokenTree], stem: &[String], leaves: &mut Vec<Leaf>) {
    match tokens {
        [] => {}
        [TokenTree::Punct(_)] => leaves.push((stem.to_vec(), None)),
        [TokenTree::Group(group)] => {
            let inside: Vec<_> = group.stream().into_iter().collect();
            for member in inside.split(|token| is_sign(Some(token), ',')) {
                tree(member, stem, leaves);
            }
        }
        [name] if name.to_string() == "self" && !stem.is_empty() => {
            leaves.push((stem.to_vec(), stem.last().cloned()));
        }
        [name, rest @ ..] => {
            let mut path = stem.to_vec();
            path.push(name.to_string());
            match rest {
                [TokenTree::Punct(_), TokenTree::Punct(_), rest @ ..] => tree(rest, &path, leaves),
                [_, known_as] => leaves.push((path, Some(known_as.to_string()))),
                _ => leaves.push((path, Some(name.to_string()))),
            }
        }
    }
}

/// The names of an enum's variants.
fn variants(tokens: &[TokenTree]) -> Vec<String> {
    let Some(TokenTree::Group(body)) = tokens.iter().find(|token| is_braces(token)) else {
        return Vec::new();
    };
    let inside: Vec<_> = body.stream().into_iter().collect();
    let first_word = |variant: &[TokenTree]| {
        variant.iter().find(|token| matches!(token, TokenTree::Ident(_))).map(ToString::to_string)
    };
    inside.split(|token| is_sign(Some(token), ',')).filter_map(first_word).collect()
}

/// From `fn` to the closing brace; one without a body has no length.
fn lines_of_body(tokens: &[TokenTree]) -> usize {
    let end = tokens.iter().position(|token| is_braces(token) || is_sign(Some(token), ';'));
    match end.map(|end| &tokens[end]) {
        Some(TokenTree::Group(body)) => body.span_close().end().line - line_of(&tokens[0]) + 1,
        _ => 0,
    }
}

/// Asking what a stream is writes nothing to it.
fn prints(name: &str, behind: &[TokenTree]) -> bool {
    let is_terminal = behind.get(2).is_some_and(|token| token.to_string() == "is_terminal");
    match name {
        "print" | "println" | "eprint" | "eprintln" | "dbg" => is_sign(behind.first(), '!'),
        "stdout" | "stderr" => behind.first().is_some_and(is_empty_call) && !is_terminal,
        name => is_a_stream(name),
    }
}

fn is_a_stream(name: &str) -> bool {
    matches!(name, "Stdout" | "Stderr")
}

fn is_empty_call(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Group(group)
        if group.delimiter() == Delimiter::Parenthesis && group.stream().is_empty())
}

/// How many tokens a comment of documentation is, which the parser gives as `#[doc = "…"]`.
fn documentation(tokens: &[TokenTree]) -> Option<usize> {
    let body = 1 + usize::from(is_sign(tokens.get(1), '!'));
    let TokenTree::Group(group) = tokens.get(body).filter(|_| is_sign(tokens.first(), '#'))? else {
        return None;
    };
    let word = group.stream().into_iter().next()?.to_string();
    (word == "doc").then_some(body + 1)
}

fn is_braces(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace)
}

fn is_sign(token: Option<&TokenTree>, sign: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == sign)
}

fn is_name(text: &str) -> bool {
    text.starts_with(|char: char| char.is_alphabetic() || char == '_')
}

/// The sign before a token, as far as it matters to a path.
fn sign_before(tokens: &[TokenTree], at: usize) -> &'static str {
    let is = |back: usize, sign| at >= back && is_sign(tokens.get(at - back), sign);
    if is(1, ':') && is(2, ':') {
        "::"
    } else if is(1, '.') && !is(2, '.') {
        "."
    } else if is(1, '$') {
        "$"
    } else {
        ""
    }
}

fn line_of(token: &TokenTree) -> usize {
    token.span().start().line
}
