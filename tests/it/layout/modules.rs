//! Which file a path leads to, through re-exports to where the thing itself is.

use std::collections::{BTreeMap, BTreeSet};

use super::source::{Import, Source};

/// The crates, each with its name, its root file and the folder of its sources.
const CRATES: [(&str, &str); 2] = [("vtscan", "src/"), ("iocs", "crates/iocs/src/")];

/// The program's own root, which imports the library like a stranger.
const PROGRAM: &str = "src/main.rs";

/// All modules by their path: `vtscan::scan::job`.
pub(super) struct Modules<'a> {
    modules: BTreeMap<String, Module<'a>>,
}

#[derive(Default)]
struct Module<'a> {
    file: &'a str,
    items: BTreeSet<&'a str>,
    imports: Vec<&'a Import>,
}

/// What a path leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Target<'a> {
    Module(String),
    /// Something in this file.
    Item(&'a str),
}

/// An import of one file by another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Edge<'a> {
    pub(super) from: &'a str,
    pub(super) to: &'a str,
    pub(super) line: usize,
}

/// A file's module: `src/scan/job.rs` is `vtscan::scan::job`.
fn module_of(path: &str) -> String {
    if path == PROGRAM {
        return "main".to_owned();
    }
    let (root, rest) = CRATES
        .iter()
        .find_map(|(root, folder)| Some((*root, path.strip_prefix(folder)?)))
        .unwrap_or_else(|| panic!("{path} is in no crate"));
    let name = rest.trim_end_matches(".rs").trim_end_matches("/mod").replace('/', "::");
    if name == "lib" { root.to_owned() } else { format!("{root}::{name}") }
}

/// The folder of a module, which is the second name of its path; a root file is its own.
pub(super) fn folder_of(path: &str) -> String {
    let module = module_of(path);
    let mut names = module.split("::");
    let root = names.next().unwrap();
    names.next().unwrap_or(if root == "main" { "main" } else { "lib" }).to_owned()
}

/// The crate that a file belongs to.
pub(super) fn crate_of(path: &str) -> &'static str {
    CRATES.iter().rev().find(|(_, folder)| path.starts_with(folder)).map_or("", |(root, _)| root)
}

fn inner(module: &str, scope: &[String]) -> String {
    scope.iter().fold(module.to_owned(), |module, name| format!("{module}::{name}"))
}

impl<'a> Modules<'a> {
    pub(super) fn of(sources: &'a [Source]) -> Self {
        let mut modules: BTreeMap<String, Module<'a>> = BTreeMap::new();
        for source in sources {
            let outer = module_of(&source.path);
            let scopes = source.inline_modules.iter().map(|scope| inner(&outer, scope));
            for name in scopes.chain([outer.clone()]) {
                modules.entry(name).or_default().file = &source.path;
            }
            for (scope, item) in &source.items {
                modules.entry(inner(&outer, scope)).or_default().items.insert(item);
            }
            for import in &source.imports {
                let module = modules.entry(inner(&outer, &import.scope)).or_default();
                module.imports.push(import);
            }
        }
        Self { modules }
    }

    /// All imports of one file by another, each pair of files once.
    pub(super) fn edges(&self, sources: &'a [Source]) -> Vec<Edge<'a>> {
        let mut edges = BTreeMap::new();
        for source in sources {
            let outer = module_of(&source.path);
            let imports =
                source.imports.iter().filter(|import| !import.is_absolute).map(|import| {
                    (&import.scope, &import.path, import.line, import.known_as.is_none())
                });
            let mentions =
                source.paths.iter().map(|path| (&path.scope, &path.path, path.line, false));
            for (scope, path, line, takes_all) in imports.chain(mentions) {
                let to = match self.resolve(&inner(&outer, scope), path, &mut Vec::new()) {
                    Some(Target::Item(file)) => file,
                    Some(Target::Module(module)) if takes_all => self.modules[&module].file,
                    // What is taken from the module is an import of its own.
                    Some(Target::Module(_)) | None => continue,
                };
                if to != source.path {
                    edges.entry((source.path.as_str(), to)).or_insert(line);
                }
            }
        }
        edges.into_iter().map(|((from, to), line)| Edge { from, to, line }).collect()
    }

    /// The folders of its own crate that a file names by `crate::…` or, for the program, `vtscan::…`.
    pub(super) fn named_folders(&self, source: &'a Source) -> Vec<(String, usize)> {
        let imports = source.imports.iter().map(|import| (&import.path, import.line));
        let mentions = source.paths.iter().map(|path| (&path.path, path.line));
        let root = crate_of(&source.path);
        imports
            .chain(mentions)
            .filter(|(path, _)| path[0] == "crate" || path[0] == root)
            .filter_map(|(path, line)| Some((path.get(1)?.clone(), line)))
            .filter(|(name, _)| self.modules.contains_key(&format!("{root}::{name}")))
            .collect()
    }

    fn resolve(
        &self,
        from: &str,
        path: &[String],
        seen: &mut Vec<(String, String)>,
    ) -> Option<Target<'a>> {
        let mut target = match path[0].as_str() {
            "crate" => Target::Module(from.split("::").next()?.to_owned()),
            "self" => Target::Module(from.to_owned()),
            "super" => Target::Module(from.rsplit_once("::")?.0.to_owned()),
            name => match self.look_up(from, name, seen) {
                Some(target) => target,
                None if CRATES.iter().any(|(root, _)| *root == name) => {
                    Target::Module(name.to_owned())
                }
                None => return None,
            },
        };
        for name in &path[1..] {
            let Target::Module(module) = &target else { break };
            target = match name.as_str() {
                "super" => Target::Module(module.rsplit_once("::")?.0.to_owned()),
                "self" => continue,
                // A name that a macro makes is taken for one of that file.
                name => self
                    .look_up(module, name, seen)
                    .or_else(|| Some(Target::Item(self.modules.get(module)?.file)))?,
            };
        }
        Some(target)
    }

    /// What a name means in a module: a child, an item, or what a `use` brings in.
    fn look_up(
        &self,
        module: &str,
        name: &str,
        seen: &mut Vec<(String, String)>,
    ) -> Option<Target<'a>> {
        let child = format!("{module}::{name}");
        if self.modules.contains_key(&child) {
            return Some(Target::Module(child));
        }
        let here = self.modules.get(module)?;
        if here.items.contains(name) {
            return Some(Target::Item(here.file));
        }
        let question = (module.to_owned(), name.to_owned());
        if seen.contains(&question) {
            return None;
        }
        seen.push(question);
        let named = here.imports.iter().filter(|import| !import.is_absolute);
        for import in named.clone().filter(|import| import.known_as.as_deref() == Some(name)) {
            // `use url::Url` in a module that has a child `url` means the crate only with `::`.
            if let Some(target) = self.resolve(module, &import.path, seen) {
                return Some(target);
            }
        }
        for import in named.filter(|import| import.known_as.is_none()) {
            let Some(Target::Module(source)) = self.resolve(module, &import.path, seen) else {
                continue;
            };
            if let Some(target) = self.look_up(&source, name, seen) {
                return Some(target);
            }
        }
        None
    }
}

/// The files that import each other in a loop, each with the shortest way around.
pub(super) fn loops<'a>(edges: &[Edge<'a>]) -> Vec<(&'a str, Vec<&'a str>)> {
    let files: BTreeSet<&str> = edges.iter().map(|edge| edge.from).collect();
    files.into_iter().filter_map(|file| Some((file, way_around(file, edges)?))).collect()
}

/// The shortest way from a file back to itself.
fn way_around<'a>(file: &'a str, edges: &[Edge<'a>]) -> Option<Vec<&'a str>> {
    let mut ways = vec![vec![file]];
    let mut reached = BTreeSet::new();
    while !ways.is_empty() {
        let mut longer = Vec::new();
        for way in &ways {
            for edge in edges.iter().filter(|edge| edge.from == way[way.len() - 1]) {
                let mut next = way.clone();
                next.push(edge.to);
                if edge.to == file {
                    return Some(next);
                }
                if reached.insert(edge.to) {
                    longer.push(next);
                }
            }
        }
        ways = longer;
    }
    None
}
