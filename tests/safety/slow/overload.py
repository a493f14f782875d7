# SPDX-License-Identifier: Apache-2.0
"""overload.py -- ten times as many changes as can be made, then again as few as usual."""
import fleet
import qun

IDS = 1000  # named by each change: what it costs is the server's work, not the clients'
TIMES = 10
GOODPUT = 0.8
RECOVERY_S = 5
TURNS = 2
WAIT_MS = 20000  # the clients are patient, so that all outcomes are known in the end
USUAL = {"rate": 100, "connections": 20}
MIX = {"update": 1, "read": 2}


def new_server(plant=None):
    server = qun.Server(env={"QUN_PLANT": plant} if plant else None)
    server.start()
    server.load(fleet.world(people=IDS, members=IDS))
    return server


def peak(server, seconds, tag):
    return fleet.clients(server, {"heavy": 1}, connections=64, seconds=seconds, ids=IDS,
                         people=IDS, tag=tag).last()


def overload(server, peak_rate, seconds, tag):
    return fleet.clients(server, {"heavy": 1}, rate=max(round(TIMES * peak_rate), 1),
                         connections=1000, seconds=seconds, ids=IDS, people=IDS, tag=tag,
                         timeout_ms=WAIT_MS).last()


def rate(*runs):
    """Changes a second, over all of these runs."""
    return sum(run["ok"] for run in runs) * 1000 / sum(run["ms"] for run in runs)


def usual_after(seconds, lines, worst_us):
    """The first second after the overload in which everything is as usual."""
    for at, line in enumerate(lines, 1):
        if not fleet.honest({**line, "sample": ""}) and line["p99_us"] <= worst_us:
            return at
    return seconds + 1


def once(run, seconds):
    """(figures, overloaded runs, what of the acknowledged changes is not there). Peak and
    overload take turns, so that what else the machine does meets both."""
    server = new_server()
    try:
        before = fleet.versions(server)
        usual = fleet.clients(server, MIX, seconds=3, tag="usual", **USUAL).last()
        peaks, overs = [], []
        for turn in range(TURNS):
            peaks.append(peak(server, seconds, f"p{turn}."))
            overs.append(overload(server, rate(*peaks), seconds, f"o{turn}."))
        after = fleet.clients(server, MIX, seconds=RECOVERY_S + 1, tag="after", **USUAL)
        last = after.last()
        worst_us = max(2 * usual["p99_us"], 25000)
        figures = {"peak, a second": round(rate(*peaks)),
                   "goodput": round(rate(*overs) / rate(*peaks), 2),
                   "refused": sum(over["busy"] for over in overs),
                   "median wait of the taken, ms": overs[-1]["p50_us"] // 1000,
                   "as usual after, s": usual_after(RECOVERY_S, after.lines[:-1], worst_us)}
        lost = fleet.not_kept(before, fleet.versions(server), usual, *peaks, *overs, last)
        server.close()
        return figures, overs, lost
    finally:
        server.kill()
        server.remove()


def late(figures):
    return figures["goodput"] < GOODPUT or figures["as usual after, s"] > RECOVERY_S


def run_all(run):
    seconds = run.size(short=2, ci=3, long=20)
    with fleet.Others() as others:
        figures, overs, lost = once(run, seconds)
    if late(figures) and not qun.sanitized():
        print(f"slow: overload {figures}: measured once more", flush=True)
        with fleet.Others() as others:
            figures, overs, lost = once(run, seconds)
    run.count("overload", figures)
    if not qun.sanitized():
        fleet.check_time(
            run, f"{TIMES} times the load: at least {GOODPUT} of the peak is still done",
            figures["goodput"] >= GOODPUT, str(figures), others)
        fleet.check_time(run, f"within {RECOVERY_S} s all is as usual",
                         figures["as usual after, s"] <= RECOVERY_S, str(figures), others)
    errors = [fleet.honest({**over, "busy": 0}) for over in overs]
    run.check("what is refused is refused by 429 system.busy with Retry-After",
              figures["refused"] and not any(errors), f"{figures['refused']} refused, {errors}")
    run.check("every acknowledged change is there, none twice, none refused", not lost, lost)


def teeth(run):
    """A queue without bounds takes what it is given, and refuses nothing."""
    server = new_server("queue_unbounded")
    try:
        over = overload(server, rate(peak(server, 1, "p")), 2, "o")
        run.caught("queue_unbounded", "" if over["busy"] else
                   f"none of {over['requests']} refused, median wait {over['p50_us'] // 1000} ms")
    finally:
        server.kill()
        server.remove()
