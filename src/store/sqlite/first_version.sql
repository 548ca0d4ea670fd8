-- A store as version 0.1.0 wrote it (schema 1), dumped.
CREATE TABLE answers (
        id INTEGER PRIMARY KEY,
        fetched_at INTEGER NOT NULL, -- seconds since 1970
        shelf INTEGER NOT NULL,
        facts TEXT NOT NULL
    );
INSERT INTO "answers" VALUES(1,1795623463,0,'{"Known":{"id":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","stats":{"malicious":25,"suspicious":1,"undetected":44,"harmless":0,"timeout":0,"type-unsupported":5},"flagged_by":[["One","Trojan"],["Two",null]],"analysed_at":"2026-11-18T11:06:40Z","context":{"threat_label":"trojan.x","type":"Win32 EXE","name":"a.exe","size":7,"sha256":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","tags":["peexe"],"reputation":-3,"first_seen":"2026-09-21T14:13:20Z"},"hashes":{"md5":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","sha1":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","sha256":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}}}');
INSERT INTO "answers" VALUES(2,1795623463,1,'{"Known":{"id":"dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd","stats":{"malicious":0,"suspicious":0,"undetected":44,"harmless":0,"timeout":0,"type-unsupported":5},"flagged_by":[],"analysed_at":"2026-11-18T11:06:40Z","context":{"threat_label":"trojan.x","type":"Win32 EXE","name":"a.exe","size":7,"sha256":"dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd","tags":["peexe"],"reputation":-3,"first_seen":"2026-09-21T14:13:20Z"},"hashes":{"md5":"eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee","sha1":"eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee","sha256":"dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd"}}}');
INSERT INTO "answers" VALUES(3,1795623463,2,'"NotFound"');
INSERT INTO "answers" VALUES(4,1795623463,1,'{"Known":{"id":"evil.com","stats":{"malicious":0,"suspicious":0,"undetected":30,"harmless":60,"timeout":0},"flagged_by":[],"context":{"registrar":"R","created":"2023-11-14T22:13:20Z","categories":["phishing"]},"hashes":{}}}');
INSERT INTO "answers" VALUES(5,1795623463,2,'{"Refused":{"code":"InvalidArgumentError","message":"Unable to canonicalize url"}}');
CREATE TABLE keys (
        id INTEGER PRIMARY KEY,
        fingerprint TEXT NOT NULL UNIQUE,
        not_before INTEGER NOT NULL DEFAULT 0, -- microseconds since 1970, as all below
        quotas TEXT,                           -- JSON of quota::Quotas
        quotas_read_at INTEGER
    );
INSERT INTO "keys" VALUES(1,'60e05bd1b195af2f94112fa7197a5c88289058840ce7c6df9693756bc6250f55',0,'{"per_minute":4,"hour":{"allowed":240,"used":4},"day":{"allowed":500,"used":6},"month":{"allowed":15500,"used":89}}',1795623462994073);
CREATE TABLE names (
        kind TEXT NOT NULL,
        text TEXT NOT NULL,
        answer INTEGER NOT NULL,
        PRIMARY KEY (kind, text)
    ) WITHOUT ROWID;
INSERT INTO "names" VALUES('file','aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',1);
INSERT INTO "names" VALUES('file','aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',1);
INSERT INTO "names" VALUES('file','aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',1);
INSERT INTO "names" VALUES('file','cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc',2);
INSERT INTO "names" VALUES('file','dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd',2);
INSERT INTO "names" VALUES('file','eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee',2);
INSERT INTO "names" VALUES('file','eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee',2);
INSERT INTO "names" VALUES('ip','45.1.2.3',3);
INSERT INTO "names" VALUES('domain','evil.com',4);
INSERT INTO "names" VALUES('url','http://evil.com/',5);
CREATE TABLE requests (
        id INTEGER PRIMARY KEY,
        key INTEGER NOT NULL,
        started INTEGER NOT NULL,
        over INTEGER NOT NULL,
        answered INTEGER NOT NULL DEFAULT 0,
        counts INTEGER NOT NULL,
        kind TEXT,
        text TEXT
    );
INSERT INTO "requests" VALUES(1,1,1795623462733700,1795623462993849,1,0,NULL,NULL);
INSERT INTO "requests" VALUES(2,1,1795623462994885,1795623463044634,1,1,'file','aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa');
INSERT INTO "requests" VALUES(3,1,1795623463048483,1795623463100747,1,1,'file','cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc');
INSERT INTO "requests" VALUES(4,1,1795623463101640,1795623463147530,1,1,'ip','45.1.2.3');
INSERT INTO "requests" VALUES(5,1,1795623463148534,1795623463196766,1,1,'domain','evil.com');
INSERT INTO "requests" VALUES(6,1,1795623463199749,1795623463249815,1,1,'url','http://evil.com/');
INSERT INTO "requests" VALUES(7,1,1795623463338426,1795623463447238,1,1,'file','dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd');
CREATE TABLE spent (
        key INTEGER NOT NULL,
        period TEXT NOT NULL, -- hour, day, month
        start INTEGER NOT NULL,
        count INTEGER NOT NULL,
        PRIMARY KEY (key, period)
    ) WITHOUT ROWID;
INSERT INTO "spent" VALUES(1,'day',1795564800000000,12);
INSERT INTO "spent" VALUES(1,'hour',1795622400000000,10);
INSERT INTO "spent" VALUES(1,'month',1793491200000000,95);
CREATE INDEX answers_by_age ON answers (fetched_at);
CREATE INDEX names_by_answer ON names (answer);
CREATE INDEX requests_by_over ON requests (key, over);
CREATE INDEX claims ON requests (kind, text) WHERE answered = 0 AND kind IS NOT NULL;
-- A run that was killed left its claim behind.
INSERT INTO "requests" VALUES(8,1,1795623490000000,1795623520000000,0,1,'domain','asked.com');
PRAGMA user_version = 1;
