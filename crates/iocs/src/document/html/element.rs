//! What elements and attributes mean for a search.

/// What stands between the texts before and behind a tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gap {
    /// Nothing: a reader sees `evil<b>.com</b>` as one word.
    None,
    /// A sign within the line.
    Sign(char),
    /// A line end.
    Line,
}

/// The gap that a tag makes. An unknown element makes none, as in a browser.
pub(super) fn gap(tag: &[u8]) -> Gap {
    match tag {
        b"td" | b"th" => Gap::Sign('\t'),
        // Two links side by side are two names.
        b"a" | b"img" | b"input" | b"button" | b"iframe" | b"object" | b"svg" | b"video"
        | b"area" => Gap::Sign(' '),
        b"address" | b"article" | b"aside" | b"blockquote" | b"body" | b"br" | b"caption"
        | b"center" | b"dd" | b"details" | b"dialog" | b"dir" | b"div" | b"dl" | b"dt"
        | b"fieldset" | b"figcaption" | b"figure" | b"footer" | b"form" | b"frameset" | b"h1"
        | b"h2" | b"h3" | b"h4" | b"h5" | b"h6" | b"head" | b"header" | b"hr" | b"html"
        | b"legend" | b"li" | b"main" | b"menu" | b"nav" | b"ol" | b"optgroup" | b"option"
        | b"p" | b"pre" | b"script" | b"section" | b"select" | b"style" | b"summary" | b"table"
        | b"tbody" | b"template" | b"textarea" | b"tfoot" | b"thead" | b"title" | b"tr" | b"ul" => {
            Gap::Line
        }
        _ => Gap::None,
    }
}

/// How the text within an element is to be read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Within {
    /// As text.
    #[default]
    Text,
    /// As a program.
    Script,
    /// As a style sheet.
    Style,
    /// As HTML, which the tokenizer has left alone: mail clients run no scripts and open no frames.
    Html,
}

/// How the text within an element is to be read.
pub(super) fn within(tag: &[u8]) -> Within {
    match tag {
        b"script" => Within::Script,
        b"style" => Within::Style,
        b"noscript" | b"iframe" | b"noembed" | b"noframe" | b"noframes" | b"xmp" => Within::Html,
        _ => Within::Text,
    }
}

/// What an attribute holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holds {
    /// Where the reader is led.
    Link,
    /// What is fetched to show the page.
    Resource,
    /// Several resources, with commas between.
    Resources,
    /// The address that relative links are relative to.
    Base,
    /// A program.
    Script,
    /// A style.
    Style,
    /// Parts of a `<meta>`.
    Meta,
    /// A name that is never fetched.
    Name,
    /// Anything else.
    Other,
}

/// What an attribute of an element holds.
pub(super) fn holds(tag: &[u8], attribute: &[u8]) -> Holds {
    match (tag, attribute) {
        (b"meta", b"http-equiv" | b"content") => Holds::Meta,
        (b"base", b"href") => Holds::Base,
        (b"link" | b"image" | b"use" | b"feimage", b"href" | b"xlink:href") => Holds::Resource,
        (_, b"href" | b"xlink:href" | b"action" | b"formaction") => Holds::Link,
        (b"iframe" | b"frame" | b"embed" | b"script", b"src") | (b"object", b"data") => Holds::Link,
        (_, b"src" | b"background" | b"poster" | b"lowsrc" | b"dynsrc") => Holds::Resource,
        (_, b"srcset") => Holds::Resources,
        (_, b"style") => Holds::Style,
        // The last is Gmail's own wrapper around the link beside it.
        (
            _,
            b"itemtype"
            | b"itemid"
            | b"vocab"
            | b"typeof"
            | b"prefix"
            | b"profile"
            | b"data-saferedirecturl",
        ) => Holds::Name,
        (_, name) if name.starts_with(b"xmlns") => Holds::Name,
        (_, name) if name.starts_with(b"on") => Holds::Script,
        _ => Holds::Other,
    }
}
