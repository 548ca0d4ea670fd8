//! Proxies, certificates and redirects: where the key goes, and where it does not.

use std::process::Command;
use std::time::Duration;

use vt_simulator::{Config, Fault, KEY, Proxy, Rule, Simulator, Target, Version, When, Which};

use super::{ADDRESS, misused, refused};
use crate::env::{Env, Run};

/// An address that is not loopback to vtscan, at which nobody answers and nothing leaves the machine.
const NOWHERE: &str = "https://0.0.0.0:1/api/v3";

/// An environment whose simulator speaks https, with its authority's certificate in `ca.pem`.
fn secure() -> Env {
    let env = Env::with(Config { tls: true, ..Config::default() });
    env.write("ca.pem", env.simulator.ca_pem().unwrap());
    env
}

/// vtscan with a key and VirusTotal's own address, which only a proxy leads to the simulator.
fn to_virustotal(env: &Env) -> Command {
    let mut command = env.bare();
    command.env("VT_API_KEY", KEY).args(["--rate", "unlimited", "--retries", "0"]);
    command.args(["--ca-cert", "ca.pem", "--timeout", "5s"]);
    command
}

/// vtscan with a key, asking where nobody answers.
fn to_nowhere(env: &Env) -> Command {
    let mut command = env.bare();
    command.env("VT_API_KEY", KEY).args(["--rate", "unlimited", "--retries", "0"]);
    command.args(["--api-url", NOWHERE, "--timeout", "5s", ADDRESS]);
    command
}

/// What a proxy was asked for, which must be tunnels alone, and without the key.
#[track_caller]
fn tunnels(proxy: &Proxy) -> Vec<String> {
    let requests = proxy.requests();
    for request in &requests {
        assert_eq!(request.method, "CONNECT", "{request:?}");
        assert!(!format!("{request:?}").contains(KEY), "{request:?}");
    }
    requests.into_iter().map(|request| request.target).collect()
}

#[test]
fn no_proxy_of_the_environment_is_asked_for_loopback() {
    let env = Env::new();
    let proxy = Proxy::start(env.simulator.addr());
    let mut vtscan = env.vtscan();
    for name in ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"]
    {
        vtscan.env(name, proxy.url());
    }
    Run::of(vtscan.arg(ADDRESS)).says("1 requests");
    assert_eq!(env.simulator.lookups().len(), 1);
    assert_eq!(proxy.requests(), []);
}

#[test]
fn no_proxy_of_the_command_line_is_asked_for_loopback() {
    for env in [Env::new(), secure()] {
        let proxy = Proxy::start(env.simulator.addr());
        let mut vtscan = env.vtscan();
        if env.simulator.ca_pem().is_some() {
            vtscan.args(["--ca-cert", "ca.pem"]);
        }
        Run::of(vtscan.args(["--proxy", &proxy.url(), ADDRESS])).says("1 requests");
        assert_eq!(env.simulator.lookups().len(), 1);
        assert_eq!(proxy.requests(), []);
    }
}

#[test]
fn a_proxy_gets_a_tunnel_and_never_the_key() {
    let env = secure();
    let proxy = Proxy::start(env.simulator.addr());
    let run = Run::of(to_virustotal(&env).args(["--proxy", &proxy.url(), ADDRESS, "example.com"]));
    assert!(!run.stderr.contains("is not VirusTotal"), "{}", run.stderr);
    let run = run.says("2 requests");
    assert_eq!(env.simulator.lookups().len(), 2, "{run:?}");
    let tunnels = tunnels(&proxy);
    assert!(
        !tunnels.is_empty() && tunnels.iter().all(|to| to == "www.virustotal.com:443"),
        "{tunnels:?}"
    );
}

#[test]
fn the_environments_proxy_is_used_and_the_options_goes_before_it() {
    for name in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"] {
        let env = secure();
        let (by_name, by_option) =
            (Proxy::start(env.simulator.addr()), Proxy::start(env.simulator.addr()));
        Run::of(to_virustotal(&env).env(name, by_name.url()).arg(ADDRESS)).says("1 requests");
        let before = tunnels(&by_name).len();
        assert!(before > 0, "{name}");
        let mut vtscan = to_virustotal(&env);
        Run::of(vtscan.env(name, by_name.url()).args(["--proxy", &by_option.url(), "example.com"]));
        assert!(!tunnels(&by_option).is_empty());
        assert_eq!(tunnels(&by_name).len(), before);
    }
}

#[test]
fn no_proxy_is_heeded() {
    let env = Env::new();
    let proxy = Proxy::start(env.simulator.addr());
    Run::of(to_nowhere(&env).env("HTTPS_PROXY", proxy.url())).exits(2);
    assert!(tunnels(&proxy).iter().all(|to| to == "0.0.0.0:1"));
    let asked = tunnels(&proxy).len();
    assert!(asked > 0);
    Run::of(to_nowhere(&env).env("HTTPS_PROXY", proxy.url()).env("NO_PROXY", "0.0.0.0")).exits(2);
    assert_eq!(tunnels(&proxy).len(), asked);
}

#[test]
fn a_proxy_that_does_not_answer_is_not_gone_around() {
    let env = secure();
    let run = Run::of(to_virustotal(&env).args([
        "--proxy",
        "http://127.0.0.1:1",
        "-f",
        "jsonl",
        ADDRESS,
    ]));
    assert_eq!(run.records()[0]["error"]["code"], "Connect", "{run:?}");
    assert!(run.records()[0]["error"]["message"].as_str().unwrap().starts_with("no connection: "));
    run.exits(2);
    assert_eq!(env.simulator.arrivals().len(), 0);
}

#[test]
fn a_dot_env_sets_neither_url_nor_proxy_nor_store() {
    let env = Env::new();
    let trap = Simulator::start(Config::default());
    let proxy = Proxy::start(trap.addr());
    let traps = format!(
        "VT_API_KEY={KEY}\nVTSCAN_API_URL={}\nHTTPS_PROXY={1}\nhttps_proxy={1}\nALL_PROXY={1}\n\
         VTSCAN_STORE=sqlite:trap.db\n",
        trap.url(),
        proxy.url()
    );
    let path = env.write(".env", traps);
    #[cfg(unix)]
    std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    // The key in it is used, so that it is read; nothing else of it is.
    let run = Run::of(to_nowhere(&env).env_remove("VT_API_KEY")).exits(2);
    let run = run.says("using the API key in .env").says("asking https://0.0.0.0:1/api/v3");
    assert_eq!(proxy.requests(), [], "{run:?}");
    assert_eq!(trap.arrivals().len(), 0);
    assert!(!env.work().join("trap.db").exists());
    // Without an address of the command line it is VirusTotal's own that is asked, through a proxy of ours.
    let env = secure();
    std::fs::copy(path, env.work().join(".env")).unwrap();
    let proxy = Proxy::start(env.simulator.addr());
    let mut vtscan = to_virustotal(&env);
    let run = Run::of(vtscan.env_remove("VT_API_KEY").args(["--proxy", &proxy.url(), ADDRESS]));
    let run = run.says("using the API key in .env").says("1 requests");
    assert!(tunnels(&proxy).contains(&"www.virustotal.com:443".to_owned()), "{run:?}");
    assert_eq!(trap.arrivals().len(), 0);
}

#[test]
fn an_authority_of_the_users_own_is_trusted_over_http_2() {
    let env = secure();
    let run = Run::of(env.vtscan().args(["--ca-cert", "ca.pem", ADDRESS, "example.com"]));
    let versions: Vec<Version> =
        env.simulator.arrivals().iter().map(|arrival| arrival.version).collect();
    assert!(
        versions.len() >= 2 && versions.iter().all(|version| *version == Version::HTTP_2),
        "{run:?}"
    );
}

#[test]
fn an_unknown_authority_is_not_trusted_and_gets_no_key() {
    let env = secure();
    let run = Run::of(env.vtscan().args(["--retries", "0", "-f", "jsonl", ADDRESS])).exits(2);
    let record = &run.records()[0];
    assert_eq!(record["verdict"], "failed");
    assert_eq!(record["error"]["code"], "Connect");
    let message = record["error"]["message"].as_str().unwrap();
    assert!(message.contains("certificate") && message.contains("UnknownIssuer"), "{message}");
    assert!(message.ends_with(" (see --ca-cert)"), "{message}");
    assert_eq!(env.simulator.arrivals().len(), 0);
}

#[test]
fn a_ca_cert_that_holds_no_certificate_is_named() {
    for (content, says) in [
        (None, "--ca-cert ca.crt cannot be read: No such file"),
        (Some(""), "--ca-cert ca.crt holds no certificate (it must be PEM)"),
        (Some("hello\n"), "--ca-cert ca.crt holds no certificate (it must be PEM)"),
        (
            Some("-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n"),
            "--ca-cert ca.crt is not PEM",
        ),
    ] {
        let env = Env::new();
        content.map(|content| env.write("ca.crt", content));
        refused(&env, Run::of(env.vtscan().args(["--ca-cert", "ca.crt", "-q", ADDRESS])), says);
    }
}

/// A system without certificates, as a bare container is one.
fn without_certificates(command: &mut Command) -> &mut Command {
    command.env("SSL_CERT_FILE", "/nonexistent").env("SSL_CERT_DIR", "/nonexistent")
}

#[cfg(target_os = "linux")]
#[test]
fn without_the_systems_certificates_the_error_names_ca_cert() {
    let env = Env::new();
    let run = Run::of(without_certificates(env.vtscan().args(["-q", ADDRESS])));
    refused(&env, run, "if this system has no CA certificates, name a file of them with --ca-cert");
    let env = secure();
    Run::of(without_certificates(env.vtscan().args(["--ca-cert", "ca.pem", ADDRESS])))
        .says("1 requests");
    assert_eq!(env.simulator.lookups().len(), 1);
}

#[test]
fn a_redirect_takes_the_key_nowhere() {
    for status in ["lookup", "quota"] {
        let (env, elsewhere) = (Env::new(), Simulator::start(Config::default()));
        let which = if status == "lookup" { Which::Lookups } else { Which::All };
        let to = Fault::Redirect(format!("{}/ip_addresses/{ADDRESS}", elsewhere.url()));
        env.simulator.script(Rule::new(which, When::Always, to));
        let run = env.scan(ADDRESS, ["-f", "jsonl"]).exits(2);
        assert_eq!(run.of_verdict("failed"), [ADDRESS]);
        let error = &run.records()[0]["error"];
        assert_eq!(error["code"], "Redirect");
        assert!(
            error["message"].as_str().unwrap().contains("not followed: check --api-url"),
            "{error}"
        );
        assert_eq!(elsewhere.arrivals().len(), 0);
        assert_eq!(env.simulator.lookups().len(), 1, "a redirect is no reason to try again");
    }
}

#[test]
fn the_key_is_in_its_header_and_in_the_path_of_its_quota_alone() {
    let env = Env::new();
    env.scan("8.8.8.8\nexample.com\nhttp://example.com/?a=b\n", [""; 0]);
    let arrivals = env.simulator.wait_for_answers(4, Duration::from_secs(5));
    for arrival in arrivals {
        assert_eq!(arrival.key.as_deref(), Some(KEY));
        let others = arrival.headers.iter().filter(|(name, _)| name != "x-apikey");
        assert!(others.clone().all(|(_, value)| !value.contains(KEY)), "{:?}", arrival.headers);
        assert!(!arrival.path.contains('?'), "{}", arrival.path);
        let is_quota = matches!(arrival.target, Target::Quota(_));
        assert_eq!(arrival.path.contains(KEY), is_quota, "{}", arrival.path);
    }
}

#[test]
fn a_timeout_of_ages_was_taken() {
    let env = Env::new();
    for timeout in ["601s", "11m", "1h", "9000y"] {
        let mut command = env.vtscan();
        command.args(["--timeout", timeout, ADDRESS]);
        misused(&env, &mut command, "a request may take 10 min at most");
    }
    Run::of(env.vtscan().args(["--timeout", "10m", ADDRESS])).exits(0);
}
