rule a : b {
 meta:
 reference = "https://a/"
 strings:
 $a = "x\x41\"" wide
 $b = { 00 ?? }
 $c = /https?:\/\/a\.b\// i
 condition:
 hash.md5(0, filesize) == "00"
}