//! YARA, Snort, Suricata and Sigma rules.

use iocs::left_out::Rule;

use super::found;

#[test]
fn yara_strings_and_hashes_are_read() {
    let rules = r#"import "hash"
// see https://comment.example.org/
private rule a : tag {
    meta:
        author = "someone@example.org"
        reference = "https://blog.example.org/a"
        hash1 = "0123456789abcdef0123456789abcdef"
        imphash = "fedcba9876543210fedcba9876543210"
    strings:
        $host = "evil.example.com" ascii wide // a note
        $path = "C:\\temp\\run.zip \"x\" \x41"
        $hex = { 00 11 22 33 44 55 66 77 88 99 AA BB CC DD EE FF }
        $re = /https?:\/\/c2\.example\.com\/[a-z]+/ nocase
    condition:
        any of them or hash.md5(0, filesize) == "00112233445566778899aabbccddeeff"
}"#;
    let found = found("a.yar", rules.as_bytes());
    found
        .has_texts(&[("a.yar", "evil.example.com\nC:\\temp\\run.zip \"x\" A\n")])
        .has_values(&[(
            "a.yar",
            "0123456789abcdef0123456789abcdef\nc2.example.com\n00112233445566778899aabbccddeeff\n",
        )])
        .has_unread(&[]);
    assert_eq!(found.lines, [vec![7, 13, 15], vec![10, 11]]);
    assert_eq!(found.left_out, [(Rule::Reference, "https://blog.example.org/a".to_owned(), 6)]);
}

#[test]
fn contents_and_addresses_of_network_rules_are_read() {
    let rules = r#"# a note on https://comment.example.org/
alert tcp $HOME_NET any -> [1.2.3.4, 5.6.7.0/24,!9.9.9.9] 80 (msg:"C2 (msg.example.org)"; content:"POST|20|/gate"; reference:url,blog.example.org/a; sid:1;)
alert dns $HOME_NET any -> any any (msg:"a"; dns.query; content:".evil.example.com"; nocase; endswith; sid:2;)
alert http any any -> any any (content:"Host|3a 20|c2.example.com"; content:!"good.example.org"; sid:3;)
alert udp any any -> any 53 (content:"|03|bad|07|example|03|com|00|"; content:"x\;y"; sid:4;)
#alert ip any any -> 8.8.4.4 any (sid:5;)
alert tls any any -> any any (ja3.hash; content:"0123456789abcdef0123456789abcdef"; pcre:"/^https\x3a\/\/x/"; sid:6; \
    reference:md5,fedcba9876543210fedcba9876543210;)
"#;
    let found = found("local.rules", rules.as_bytes());
    found
        .has_values(&[("local.rules", "1.2.3.4\n5.6.7.0/24\nevil.example.com\n")])
        .has_texts(&[("local.rules", "POST /gate\nHost: c2.example.com\n bad.example.com \nx;y\n")])
        .has_unread(&[]);
    assert_eq!(found.lines, [vec![2, 2, 3], vec![2, 4, 5, 5]]);
    let expected = [
        (Rule::Reference, "blog.example.org/a".to_owned(), 2),
        (Rule::NotForDetection, "8.8.4.4".to_owned(), 6),
        (Rule::Reference, "fedcba9876543210fedcba9876543210".to_owned(), 7),
    ];
    assert_eq!(found.left_out, expected);
}

#[test]
fn sigma_detections_are_read_by_their_fields() {
    let rule = r"title: Evil
id: 01234567-89ab-cdef-0123-456789abcdef
references:
    - https://blog.example.org/a
author: someone@example.org
logsource:
    category: proxy
detection:
    selection:
        DestinationHostname|endswith:
            - '.evil.example.com'
            - c2.example.com # a note
        dst_ip: 1.2.3.4
    hashes:
        - Hashes|contains: 'MD5=0123456789abcdef0123456789abcdef'
        - Hashes|contains: ['IMPHASH=fedcba9876543210fedcba9876543210', 'SHA1=0123456789abcdef0123456789abcdef01234567']
    process:
        Image|endswith: '\run.zip'
        c-uri|re: '^https?://x\.example\.com/a.*'
    condition: selection or hashes
falsepositives:
    - fp.example.org
";
    let found = found("rule.yml", rule.as_bytes());
    found
        .has_values(&[(
            "rule.yml",
            "evil.example.com\nc2.example.com\n1.2.3.4\n0123456789abcdef0123456789abcdef\n\
             0123456789abcdef0123456789abcdef01234567\nx.example.com\n",
        )])
        .has_texts(&[("rule.yml", "\\run.zip\n")])
        .has_unread(&[]);
    assert_eq!(found.left_out, [(Rule::Reference, "https://blog.example.org/a".to_owned(), 4)]);
}

#[test]
fn a_rule_without_anything_but_references_is_read_by_them() {
    let rules = "rule a { meta: reference = \"https://evil.example.com/a\" condition: true }";
    let found = found("a.yar", rules.as_bytes());
    found.has_values(&[("a.yar", "https://evil.example.com/a\n")]);
    assert_eq!(found.waived, [Rule::Reference]);
}

#[test]
fn an_article_with_rules_in_it_is_a_text() {
    let articles = [
        "The rule of thumb: strings: none\n",
        "C2 at evil.example.com:\nrule a { strings: $a = \"x\" condition: $a }\n",
        "Block 1.2.3.4 with\nalert tcp any any -> 1.2.3.4 any (sid:1;)\n",
        "# Report\n\nevil.example.com\n\ntitle: a\nlogsource:\n    category: b\ndetection:\n    c: d\n",
        "{\"type\": \"bundle\", \"objects\": [{\"type\": \"page\", \"body\": \"evil.example.com\"}]}",
        "alert tcp is how one begins\n",
    ];
    for text in articles {
        found("a.txt", text.as_bytes()).has_texts(&[("a.txt", text)]).has_values(&[]);
    }
}
