//! Every way of defanging that is undone, and what must not be mistaken for one.

use iocs::indicator::{Reading, classify, defang};

use super::{Expected::Nothing, MD5, domain, gives, ip, range, url};

#[test]
fn defanged_schemes() {
    let schemes = [
        "hxxp://",
        "hXXp://",
        "HXXP://",
        "h**p://",
        "htxp://",
        "hxtp://",
        "hzzp://",
        "h__p://",
        "meow://",
        "http[:]//",
        "hxxp[://]",
        "hxxp[:]//",
        "hxxp:[/][/]",
        "hxxp[:][/][/]",
        "hxxp(:)//",
        "http{:}//",
        "hxxp[://",
        "hxxp:]//",
        "hxxp[:/]/",
        "hxxp:[//]",
    ];
    for scheme in schemes {
        gives(format!("{scheme}evil.com/x"), url("http://evil.com/x"));
        let at = scheme.find(|c: char| !c.is_ascii_alphanumeric() && !"*_".contains(c)).unwrap();
        let (name, rest) = scheme.split_at(at);
        gives(format!("{name}s{rest}evil.com/x"), url("https://evil.com/x"));
    }
    gives("hxxps://evil[.]com", url("https://evil.com/")); // not http: pedramamini/iocextract#49
}

/// Whatever is done to the signs about it, `https` stays `https` and the host stays the same.
#[test]
fn spoilt_schemes_keep_their_s() {
    let schemes = [
        "http:/",
        "http:",
        "http//",
        "http__",
        "http:__",
        "http:\\\\",
        "http\\\\",
        "http;//",
        "h[tt]p://",
        "h(xx)p://",
        "[h]ttp://",
        "ht[t]p://",
        "[http]://",
        "(http)://",
        "{hxxp}://",
        "http]://",
        "hxxp[:]",
        "hxxp[:]\\\\",
        "hxxp//",
        "hxxp::",
        "http:\\/\\/",
        "http%3A%2F%2F",
        "http%253a%252f%252f",
        "http%3A//",
        "http%253A//",
    ];
    for scheme in schemes {
        gives(format!("{scheme}evil.com/x"), url("http://evil.com/x"));
        gives(format!("{scheme}8.8.8.8:80/x"), url("http://8.8.8.8:80/x"));
        let p = scheme.rfind(['p', 'P']).unwrap();
        let secure = format!("{}s{}", &scheme[..=p], &scheme[p + 1..]);
        gives(format!("{secure}evil.com/x"), url("https://evil.com/x"));
    }
    gives("https:\\\\evil.com\\a\\b?c=\\d", url("https://evil.com/a/b?c=\\d"));
    gives("http://evil.com/a?f=..\\..\\b", url("http://evil.com/a?f=..\\..\\b"));
    gives("https:\\\\evil.com\\a\\b", url("https://evil.com/a/b"));
    gives("https%3A%2F%2Fevil.com%2Fa%3Fb%3D1", url("https://evil.com/a?b=1"));
    for line in ["http:8080", "https:x", "http_server.c", "hxxp//", "http__", "https://"] {
        assert!(!matches!(classify(line.as_bytes()), Reading::Indicator(_)), "{line}");
    }
}

#[test]
fn defanged_dots() {
    let dots = [
        "[.]", "(.)", "{.}", "<.>", "[dot]", "(dot)", "{dot}", "[DOT]", "(Dot)", "\\.", "[.", ".]",
        "(.", ".)", "{.", "[[.]]", "[(.)]", "((dot))", "\\[.\\]", "\\[.]", "[.)", "[,]", "[dot)",
        " dot ", " DOT ", " [.] ", " [dot] ", "[ . ]", " (dot) ", "[ dot ]", "\t[.]\t",
    ];
    for dot in dots {
        gives(["www", "evil", "com"].join(dot), domain("www.evil.com"));
        gives(["8", "8", "8", "8"].join(dot), ip("8.8.8.8"));
        gives(format!("hxxp://www{dot}evil{dot}com/x"), url("http://www.evil.com/x"));
        gives(format!("user[@]evil{dot}com"), domain("evil.com"));
    }
}

#[test]
fn defanged_colons_slashes_and_ats() {
    gives("evil[.]com[:]8080", domain("evil.com"));
    gives("8[.]8[.]8[.]8[:]53", ip("8.8.8.8"));
    gives("8.8.8[.]0[/]24", range("8.8.8.0/24"));
    gives("hxxp[://]evil[.]com[:]80[/]a[/]b", url("http://evil.com:80/a/b"));
    gives("2a00[:]1450[:][:]1", ip("2a00:1450::1"));
    gives("[2a00[:]1450::1][:]443", ip("2a00:1450::1"));
    gives("http://[2a00[:]1450::1]/", url("http://[2a00:1450::1]/"));
    for at in ["[@]", "(@)", "[at]", "(at)", "{AT}", "[@", "@]", " at ", " [at] ", " @ ", " (@) "] {
        gives(format!("user{at}evil dot com"), domain("evil.com"));
    }
}

/// Whole pairs are marks wherever they stand; halves and words in a path may be the path's own.
#[test]
fn marks_behind_the_host() {
    gives("hxxps[:]//evil[.]com/a(.)php", url("https://evil.com/a.php"));
    gives("http://evil.com/x[.]y?z=a[dot]b\\.c", url("http://evil.com/x.y?z=a.b.c"));
    gives("http://evil.com/a[1]/(b)/{c}", url("http://evil.com/a[1]/(b)/{c}"));
    gives("http://evil.com/a[.b", url("http://evil.com/a[.b"));
    gives("http://evil.com/(a.)", url("http://evil.com/(a.)"));
    gives("http://evil.com/me[at]x", url("http://evil.com/me[at]x"));
    gives("http://evil.com/hxxp://x", url("http://evil.com/hxxp://x"));
    gives("http://evil.com/a [.] b", Nothing);
}

/// Spelt-out dots count only if they make one token of the whole line.
#[test]
fn prose_with_dots_spelt_out_is_nothing() {
    let prose = [
        "polka dot dress",
        "a polka dot dress com",
        "see evil[.]com now",
        "connect to evil dot com",
        "look at evil.com",
        "the dot",
        "dot com",
        "evil dot",
        "applications. [To",
        "Open [.] then",
        "evil (dot) com (dot) note here",
    ];
    for line in prose {
        gives(line, Nothing);
    }
}

#[test]
fn defanged_output() {
    let cases = [
        ("8.8.8.8", "8[.]8[.]8[.]8"),
        ("2a00::1", "2a00[:]:1"),
        ("8.8.8.0/24", "8[.]8[.]8[.]0/24"),
        ("www.evil.com", "www[.]evil[.]com"),
        ("http://evil.com/a.php", "hxxp://evil[.]com/a.php"),
        ("https://u@evil.com:80/?a.b", "hxxps://u[@]evil[.]com:80/?a.b"),
        ("http://[::ffff:8.8.8.8]/", "hxxp://[[:]:ffff:8[.]8[.]8[.]8]/"),
        ("http://[2a00::1]:80/", "hxxp://[2a00[:]:1]:80/"),
        ("ftp://evil.com/a", "ftp[:]//evil[.]com/a"),
        (MD5, MD5),
    ];
    for (plain, defanged) in cases {
        let Reading::Indicator(found) = classify(plain.as_bytes()) else { panic!("{plain}") };
        assert_eq!(defang(&found), defanged);
    }
}
