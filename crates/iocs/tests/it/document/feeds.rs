//! MISP events and STIX bundles.

use iocs::document::Options;
use iocs::left_out::Rule;

use super::{found, found_with};

const EVENT: &str = r#"{
  "response": [{"Event": {
    "info": "a report on info.example.com", "Orgc": {"name": "x"}, "threat_level_id": "1",
    "Attribute": [
      {"type": "domain", "to_ids": true, "value": "evil.example.com"},
      {"type": "link", "to_ids": false, "value": "https://blog.example.org/report"},
      {"type": "imphash", "to_ids": true, "value": "0123456789abcdef0123456789abcdef"},
      {"type": "email-dst", "to_ids": true, "value": "victim@example.net"},
      {"type": "comment", "to_ids": true, "value": "seen at 1.2.3.4\nand 5.6.7.8"},
      {"type": "ip-dst", "to_ids": true, "deleted": true, "value": "9.9.9.9"}
    ],
    "Object": [{"name": "file", "Attribute": [
      {"type": "filename|md5", "to_ids": true, "value": "a.zip|fedcba9876543210fedcba9876543210"},
      {"type": "domain|ip", "to_ids": "1", "value": "c2.example.com|2.2.2.2"},
      {"type": "filename", "to_ids": true, "value": "run.zip"}
    ]}]
  }}]
}"#;

#[test]
fn attributes_are_read_by_their_type_and_by_what_is_for_detection() {
    let found = found("event.json", EVENT.as_bytes());
    found
        .has_values(&[(
            "event.json",
            "evil.example.com\nfedcba9876543210fedcba9876543210\nc2.example.com\n2.2.2.2\n",
        )])
        .has_texts(&[("event.json", "seen at 1.2.3.4\nand 5.6.7.8\n")])
        .has_binaries(&[])
        .has_unread(&[]);
    assert_eq!(found.lines, [vec![5, 13, 14, 14], vec![9, 9]]);
    let expected = [
        (Rule::NotForDetection, "https://blog.example.org/report".to_owned(), 6),
        (Rule::Recipient, "victim@example.net".to_owned(), 8),
        (Rule::NotForDetection, "9.9.9.9".to_owned(), 10),
    ];
    assert_eq!(found.left_out, expected);
}

#[test]
fn a_thorough_reading_takes_all_but_recipients() {
    let options = Options { thorough: true, ..Options::default() };
    let found = found_with("event.json", EVENT.as_bytes(), &options);
    assert!(found.values[0].1.contains("https://blog.example.org/report\n9.9.9.9\n"));
    assert_eq!(found.left_out.len(), 1);
    assert!(found.waived.is_empty());
}

#[test]
fn a_rule_never_empties_an_event() {
    let event = r#"{"Event": {"Orgc": {}, "Attribute": [
        {"type": "domain", "to_ids": false, "value": "evil.example.com"}]}}"#;
    let found = found("event.json", event.as_bytes());
    found.has_values(&[("event.json", "evil.example.com\n")]);
    assert_eq!(found.waived, [Rule::NotForDetection]);
    assert!(found.left_out.is_empty());
}

#[test]
fn an_event_that_is_cut_off_is_read_as_text() {
    let cut = &EVENT[..EVENT.len() / 2];
    found("event.json", cut.as_bytes()).has_texts(&[("event.json", cut)]).has_unread(&[]);
}

const BUNDLE: &str = r#"{"type": "bundle", "id": "bundle--1", "objects": [
  {"type": "indicator", "spec_version": "2.1", "id": "indicator--1", "name": "about.example.com",
   "pattern_type": "stix",
   "pattern": "[domain-name:value = 'evil.example.com' OR file:hashes.'SHA-1' = '0123456789abcdef0123456789abcdef01234567'] AND [x509-certificate:hashes.MD5 = '0123456789abcdef0123456789abcdef']",
   "external_references": [{"source_name": "blog", "url": "https://blog.example.org/a"}]},
  {"type": "indicator", "id": "indicator--2", "pattern": "[file:name = 'run.zip' AND process:command_line = 'curl http://1.2.3.4/x']"},
  {"type": "indicator", "id": "indicator--3", "revoked": true, "pattern": "[ipv4-addr:value = '8.8.4.4']"},
  {"type": "indicator", "id": "indicator--4", "pattern_type": "yara",
   "pattern": "rule a { meta: reference = \"https://blog.example.org/b\" strings: $a = \"c2.example.com\" condition: $a }"},
  {"type": "url", "id": "url--1", "value": "https://a.example.com/b"},
  {"type": "file", "id": "file--1", "hashes": {"MD5": "fedcba9876543210fedcba9876543210", "SSDEEP": "3:a:b", "SHA-512": "00"}},
  {"type": "observed-data", "id": "observed-data--1", "objects": {"0": {"type": "ipv4-addr", "value": "5.6.7.8"}}},
  {"type": "identity", "id": "identity--1", "name": "vendor.example.org"}
]}"#;

#[test]
fn patterns_and_observables_are_read_and_references_are_not() {
    let found = found("bundle.json", BUNDLE.as_bytes());
    found
        .has_values(&[(
            "bundle.json",
            "evil.example.com\n0123456789abcdef0123456789abcdef01234567\nhttps://a.example.com/b\n\
             fedcba9876543210fedcba9876543210\n5.6.7.8\n",
        )])
        .has_texts(&[("bundle.json", "curl http://1.2.3.4/x\nc2.example.com\n")])
        .has_binaries(&[])
        .has_unread(&[]);
    assert_eq!(found.lines[0], [4, 4, 10, 11, 12]);
    let expected = [
        (Rule::Reference, "https://blog.example.org/a".to_owned(), 5),
        (Rule::NotForDetection, "8.8.4.4".to_owned(), 7),
        (Rule::Reference, "https://blog.example.org/b".to_owned(), 9),
    ];
    assert_eq!(found.left_out, expected);
}

#[test]
fn a_bundle_of_references_alone_is_read_by_them() {
    let bundle = r#"{"objects": [{"type": "report", "spec_version": "2.1", "id": "report--1",
        "description": "C2 at evil.example.com", "external_references": [{"url": "https://a.example.com/"}]}],
        "type": "bundle", "id": "bundle--1"}"#;
    let found = found("bundle.json", bundle.as_bytes());
    found
        .has_values(&[("bundle.json", "https://a.example.com/\n")])
        .has_texts(&[("bundle.json", "C2 at evil.example.com\n")]);
    assert_eq!(found.waived, [Rule::Reference]);
}
