#!/usr/bin/env python3
"""VirusTotal's own Python client, vt-py, against the simulator.

    vt_py.py --serve PATH    start this built example (`serve`), test it, stop it
    vt_py.py URL KEY         test a simulator that runs already

Says what it checked, one line each; the exit code is 1 if vt-py or a check complained.
"""

import hashlib
import subprocess
import sys
import traceback

import vt

complaints = 0


def check(what):
    """Runs a check at once and says how it went."""

    def run(function):
        global complaints
        try:
            function()
            print(f"ok    {what}")
        except Exception:
            complaints += 1
            print(f"FAIL  {what}")
            traceback.print_exc(file=sys.stdout)

    return run


def same(left, right):
    if left != right:
        raise AssertionError(f"{left!r} is not {right!r}")


def refuses(code, call, *arguments):
    try:
        call(*arguments)
    except vt.APIError as error:
        same(error.code, code)
        if not error.message:
            raise AssertionError("an error without a message")
    else:
        raise AssertionError(f"no {code}")


def counted(stats, results):
    """The counts are those of the results, whatever engine found what."""
    same(sum(stats.values()), len(results))
    for category, count in stats.items():
        same(count, sum(result["category"] == category for result in results.values()))


def first_known(client, paths):
    """The first of these that the simulator knows: one in ten it does not."""
    for path in paths:
        try:
            return path, client.get_object(path)
        except vt.APIError as error:
            same(error.code, "NotFoundError")
    raise AssertionError("none is known")


def lookups(client):
    @check("an address, its owner and its counts")
    def _():
        path, address = first_known(client, [f"/ip_addresses/203.0.113.{n}" for n in range(1, 20)])
        same(address.type, "ip_address")
        same(address.id, path.rsplit("/", 1)[1])
        same(sorted(address.last_analysis_stats), sorted(["malicious", "suspicious", "undetected", "harmless", "timeout"]))
        counted(address.last_analysis_stats, address.last_analysis_results)
        same(isinstance(address.asn, int), True)

    @check("an IPv6 address")
    def _():
        _, address = first_known(client, [f"/ip_addresses/2001:db8::{n}" for n in range(1, 20)])
        same(address.type, "ip_address")

    @check("a domain")
    def _():
        path, domain = first_known(client, [f"/domains/host{n}.example.com" for n in range(20)])
        same((domain.type, domain.id), ("domain", path.rsplit("/", 1)[1]))
        counted(domain.last_analysis_stats, domain.last_analysis_results)
        same(isinstance(domain.last_dns_records, list), True)

    @check("a URL by vt.url_id, and by the SHA-256 in the answer")
    def _():
        urls = [f"http://host{n}.example.com/a?b={n}~%20/" for n in range(20)]
        _, found = first_known(client, [f"/urls/{vt.url_id(url)}" for url in urls])
        same(found.type, "url")
        same(found.id, hashlib.sha256(found.url.encode()).hexdigest())
        same(client.get_object("/urls/{}", found.id).url, found.url)
        counted(found.last_analysis_stats, found.last_analysis_results)

    @check("a file by each of its hashes")
    def _():
        for length in (32, 40, 64):
            hashes = [hashlib.sha256(str(n).encode()).hexdigest()[:length] for n in range(20)]
            path, found = first_known(client, [f"/files/{name}" for name in hashes])
            asked = path.rsplit("/", 1)[1]
            same(found.type, "file")
            same(found.id, found.sha256)
            same({32: found.md5, 40: found.sha1, 64: found.sha256}[length], asked)
            counted(found.last_analysis_stats, found.last_analysis_results)


def submissions(client):
    @check("a submission, waited for, and the URL known after it")
    def _():
        url = "http://submitted.example.org/path?x=1 2"
        analysis = client.scan_url(url, wait_for_completion=True)
        same((analysis.type, analysis.status), ("analysis", "completed"))
        counted(analysis.stats, analysis.results)
        found = client.get_object("/urls/{}", vt.url_id(url))
        same(found.last_analysis_stats, analysis.stats)
        item = client.get_object("/analyses/{}/item", analysis.id)
        same(item.id, found.id)

    @check("a new analysis of a file, queued at first")
    def _():
        hashes = [hashlib.sha256(str(n).encode()).hexdigest() for n in range(20)]
        path, _ = first_known(client, [f"/files/{name}" for name in hashes])
        started = client.post_object(f"{path}/analyse", obj=vt.Object("analysis"))
        polled = client.get_object("/analyses/{}", started.id)
        same((polled.status, sum(polled.stats.values()), polled.results), ("queued", 0, {}))


def errors(client, key, host):
    @check("NotFoundError of each kind")
    def _():
        refuses("NotFoundError", client.get_object, "/urls/thisurlidmakesnosenseatall")
        refuses("NotFoundError", client.get_object, "/files/nohash")
        refuses("NotFoundError", client.get_object, "/analyses/none")
        refuses("NotFoundError", client.get_object, "/nothing")
        # The standard alphabet and padding are not accepted.
        refuses("NotFoundError", client.get_object, "/urls/{}", "aHR0cDovL2V4YW1wbGUuY29tLw==")

    @check("InvalidArgumentError of a domain and a URL that cannot be")
    def _():
        refuses("InvalidArgumentError", client.get_object, "/domains/host.invalid")
        refuses("InvalidArgumentError", client.scan_url, "ftp://example.com/")

    @check("WrongCredentialsError, QuotaExceededError and ForbiddenError")
    def _():
        with vt.Client("0" * 64, host=host) as stranger:
            refuses("WrongCredentialsError", stranger.get_object, "/domains/example.com")
        refuses("ForbiddenError", client.get_json, "/users/somebody-else/overall_quotas")
        # The example scripts one object whose look-up exceeds the quota.
        refuses("QuotaExceededError", client.get_object, "/domains/quota-exceeded.example.com")

    @check("a quota and a user, by key")
    def _():
        before = client.get_data(f"/users/{key}/overall_quotas")
        client.get("/domains/example.com")
        after = client.get_json(f"/users/{key}/overall_quotas")["data"]
        for period in ("hourly", "daily", "monthly"):
            name = f"api_requests_{period}"
            same(after[name]["user"]["used"], before[name]["user"]["used"] + 1)
            same(after[name]["user"]["allowed"] >= after[name]["user"]["used"], True)
        user = client.get_object(f"/users/{key}")
        same((user.type, user.apikey), ("user", key))


def run(url, key):
    host = url.removesuffix("/api/v3")
    with vt.Client(key, host=host) as client:
        lookups(client)
        submissions(client)
        errors(client, key, host)
    print(f"vt-py {vt.__version__}: {complaints or 'no'} complaint{'' if complaints == 1 else 's'}")
    return 1 if complaints else 0


def main(arguments):
    if len(arguments) != 2:
        print(__doc__)
        return 2
    if arguments[0] != "--serve":
        return run(*arguments)
    serve = subprocess.Popen([arguments[1]], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        return run(*serve.stdout.readline().split())
    finally:
        serve.stdin.close()
        serve.wait(timeout=10)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
