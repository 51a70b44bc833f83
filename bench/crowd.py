#!/usr/bin/env python3
"""How much of a processor does the coordinator of a study take, with many workers and short trials?

The workers sleep instead of training (tests/select/crowd_worker.cpp), 50 ms a trial, and are started in
place of ssh. Prints the coordinator's own processor time, without that of its workers.

    bench/crowd.py [--build build/dev] [--workers 1000] [--trials 20000]
"""
import argparse
import os
import pathlib
import subprocess
import tempfile
import time


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, default=pathlib.Path("build/dev"))
    parser.add_argument("--workers", type=int, default=1000)
    parser.add_argument("--trials", type=int, default=20000)
    parser.add_argument("--study", action="store_true", help="keep the study in a file")
    options = parser.parse_args()
    build = options.build.resolve()
    worker = build / "tests/hebb_crowd_worker"
    with tempfile.TemporaryDirectory() as folder:
        hosts = pathlib.Path(folder, "hosts")
        hosts.write_text("".join(f"host{i} {worker}\n" for i in range(options.workers)))
        ssh = pathlib.Path(folder, "ssh")
        ssh.write_text("#!/bin/sh\nfor last; do :; done\nexec $last\n")
        ssh.chmod(0o755)
        log = pathlib.Path(folder, "log")
        command = [build / "apps/hebb/hebb", "tune", "wine", "--space", "alpha=1e-6..1", "--space",
                   "learning-rate=1e-5..1", "--sampler", "random", "--trials", str(options.trials), "--lag",
                   str(options.workers), "--folds", "2", "--epochs", "1", "--workers", f"ssh:{hosts}", "--quiet"]
        if options.study:
            command += ["--study", pathlib.Path(folder, "study")]
        begin = time.monotonic()
        run = subprocess.Popen(command, stdout=subprocess.DEVNULL,
                               env=os.environ | {"PATH": f"{folder}:{os.environ['PATH']}", "HEBB_CROWD_LOG": str(log)})
        # Starting processes is no part of it: all have worked when there are as many jobs as workers.
        started = before = cpu = None
        while run.poll() is None:
            try:
                cpu = cpu_seconds(run.pid)
            except (OSError, IndexError):
                break
            if started is None and log.exists() and log.read_bytes().count(b"\n") >= options.workers:
                started, before = time.monotonic(), cpu
            time.sleep(0.02)
        if run.wait() != 0:
            raise SystemExit("hebb tune failed")
        end = time.monotonic()
        jobs = log.read_bytes().count(b"\n")
    if jobs != options.trials:
        raise SystemExit(f"{jobs} jobs for {options.trials} trials")
    print(f"{options.workers} workers started in {(started or end) - begin:.1f} s, with {before or cpu:.1f} s of CPU")
    if started is None:
        return
    rest = options.trials - options.workers
    print(f"then {rest} trials of 50 ms in {end - started:.1f} s ({rest / (end - started):.0f} a second; "
          f"{options.workers / 0.05:.0f} if nothing but sleep took time)")
    print(f"the coordinator took {cpu - before:.1f} s of CPU: {100 * (cpu - before) / (end - started):.0f} % of a "
          f"core, {1e6 * (cpu - before) / rest:.0f} us a trial")


if __name__ == "__main__":
    main()
