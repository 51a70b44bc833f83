#!/usr/bin/env bash
# One study by one local worker, by two, by srun, with and without an allocation, and by ssh, while a worker is
# killed every few seconds; then by an array of four batch jobs that share a database, of which one is killed
# and one is stopped. The ranking and the best model have to be the same bytes each time. Prints a line a check
# and "N passed, N failed".
#
# On one Debian machine, as root: installs what is missing, and starts Slurm with two nodes, sshd and
# PostgreSQL of its own, in a temporary folder. All of it is ended and removed at exit.
#
#   scripts/cluster.sh [PROGRAM]    a hebb that is built; by default it builds one
set -euo pipefail
cd "$(dirname "$0")/.."
((EUID == 0)) || { echo "cluster: needs root, for servers of its own" >&2; exit 2; }

kill_every=10  # seconds
trials=30 folds=5
scripts/setup.sh --cluster
program=${1:-build/dev/apps/hebb/hebb}
if (($# == 0)); then
  cmake --preset dev >/dev/null
  cmake --build --preset dev --target hebb_program -j "$(nproc)"
fi

folder=$(mktemp -d /tmp/hebb-cluster-XXXXXX)
chmod 755 "$folder"
postgres=$(ls -d /usr/lib/postgresql/*/bin | tail -1)
# A name of its own, by which its processes are found.
cp "$program" "$folder/hebb"
program=$folder/hebb
export SLURM_CONF=$folder/slurm.conf PATH=$folder/bin:$PATH

as() { setpriv --reuid="$1" --regid="$(id -g "$1")" --clear-groups "${@:2}"; }
pids_in() { cat "$@" 2>/dev/null || true; }

finish() {
  set +e
  scancel --full --user=root 2>/dev/null
  pkill -KILL -f "^$folder/hebb"
  as postgres "$postgres/pg_ctl" -D "$folder/postgres/data" -m immediate stop >/dev/null 2>&1
  kill $(pids_in "$folder"/*.pid "$folder"/munge/*.pid) 2>/dev/null
  sleep 2
  kill -KILL $(pids_in "$folder"/*.pid "$folder"/munge/*.pid) 2>/dev/null
  rm -rf "$folder"
}
trap finish EXIT

start_slurm() {
  mkdir "$folder/munge" "$folder/state"
  dd if=/dev/urandom of="$folder/munge/key" bs=1024 count=1 status=none
  chmod 600 "$folder/munge/key"
  chown -R munge: "$folder/munge"
  as munge munged --key-file="$folder/munge/key" --socket="$folder/munge/socket" \
    --pid-file="$folder/munge/munged.pid" --log-file="$folder/munge/log" --seed-file="$folder/munge/seed"
  cat >"$SLURM_CONF" <<END
ClusterName=hebb
SlurmctldHost=localhost(127.0.0.1)
SlurmctldPort=16817
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket=$folder/munge/socket
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool-%n
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd-%n.pid
SlurmctldLogFile=$folder/slurmctld.log
SlurmdLogFile=$folder/slurmd-%n.log
SlurmdParameters=config_overrides
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
MpiDefault=none
ReturnToService=2
NodeName=a,b NodeHostname=localhost NodeAddr=127.0.0.1 Port=16821,16822 CPUs=4
PartitionName=all Nodes=a,b Default=YES MaxTime=INFINITE State=UP
END
  slurmctld -c
  slurmd -N a
  slurmd -N b
  for _ in {1..30}; do
    [[ $(sinfo --noheader --states=idle --format=%D 2>/dev/null) == 2 ]] && return
    sleep 1
  done
  echo "cluster: Slurm does not start:" >&2
  tail -n 5 "$folder"/*.log >&2
  exit 1
}

start_ssh() {
  mkdir -p /run/sshd "$folder/bin"
  ssh-keygen -q -t ed25519 -N "" -f "$folder/host_key"
  ssh-keygen -q -t ed25519 -N "" -f "$folder/user_key"
  cat >"$folder/sshd_config" <<END
ListenAddress 127.0.0.1:2222
HostKey $folder/host_key
AuthorizedKeysFile $folder/user_key.pub
PidFile $folder/sshd.pid
PermitRootLogin yes
StrictModes no
UsePAM no
END
  /usr/sbin/sshd -f "$folder/sshd_config"
  cat >"$folder/ssh_config" <<END
Host *
  User root
  IdentityFile $folder/user_key
  StrictHostKeyChecking no
  UserKnownHostsFile $folder/known_hosts
  LogLevel ERROR
END
  printf '#!/bin/sh\nexec /usr/bin/ssh -F %q "$@"\n' "$folder/ssh_config" >"$folder/bin/ssh"
  chmod 755 "$folder/bin/ssh"
  printf '%s\n' "# two names of this machine" 127.0.0.1:2222 localhost:2222 >"$folder/hosts"
}

start_postgres() {
  mkdir "$folder/postgres"
  chown postgres: "$folder/postgres"
  as postgres "$postgres/initdb" -D "$folder/postgres/data" -A trust -E UTF8 --no-sync >/dev/null
  as postgres "$postgres/pg_ctl" -D "$folder/postgres/data" -l "$folder/postgres/log" -w \
    -o "-c listen_addresses='' -k $folder/postgres" start >/dev/null
  as postgres "$postgres/createdb" -h "$folder/postgres" studies
}

passed=0 failed=0
check() {  # NAME COMMAND...
  if "${@:2}"; then
    echo "passed: $1"
    passed=$((passed + 1))
  else
    echo "FAILED: $1"
    failed=$((failed + 1))
  fi
}
sql() { as postgres "$postgres/psql" -h "$folder/postgres" -Atq studies -c "$1"; }

# The same files as those of one worker, but for the seconds.
same() {
  cmp "$folder/one.hebb" "$folder/$1.hebb" &&
    cmp <(sed 's/,[^,]*$//' "$folder/one.csv") <(sed 's/,[^,]*$//' "$folder/$1.csv")
}

study=(mnist10k --space "alpha=1e-6..1e-1:6" --space "hidden=3,3|2,3,2|100|100,50|512,512" --sampler grid
  --folds "$folds")

kill_workers() {  # COORDINATOR NAME WORKERS: one of them, again and again
  while sleep "$kill_every"; do
    local all
    if [[ $3 == local:* ]]; then
      all=$(pgrep -P "$1" -f "^$folder/hebb") || continue
    else
      all=$(pgrep -f "^$folder/hebb worker") || continue
    fi
    kill -KILL "$(shuf -n 1 <<<"$all")" 2>/dev/null && echo killed >>"$folder/$2.killed"
  done
}

run_study() {  # NAME WORKERS [COMMAND...], which starts it
  "${@:3}" "$program" tune "${study[@]}" --workers "$2" --csv "$folder/$1.csv" -o "$folder/$1.hebb" \
    >"$folder/$1.out" 2>&1 &
  local coordinator=$!
  kill_workers "$coordinator" "$1" "$2" &
  local killer=$!
  local code=0 begin=$SECONDS
  wait "$coordinator" || code=$?
  kill "$killer" 2>/dev/null
  wait "$killer" 2>/dev/null || true
  ((code == 0)) || tail -n 5 "$folder/$1.out"
  echo "${2%%:/*}: $((SECONDS - begin)) s, $(cat "$folder/$1.killed" 2>/dev/null | wc -l) workers killed"
  return "$code"
}

by_workers() {  # NAME WORKERS [COMMAND...]
  check "a study by ${2%%:/*}${3:+ in an allocation} comes to its end" run_study "$@"
  check "workers were killed on the way" test -s "$folder/$1.killed"
  check "its ranking and its model are those of one worker" same "$1"
}

database="postgresql://postgres@/studies?host=$folder/postgres"
running_jobs() { squeue --noheader --array --format=%i; }
wait_for_jobs() {  # SECONDS
  for ((i = 0; i < $1; ++i)); do
    [[ -z $(running_jobs) ]] && return
    sleep 1
  done
  squeue
  return 1
}
# The coordinator of a task, by the name of its output.
process_of() {
  local process parent
  for process in $(pgrep -f "^$folder/hebb tune"); do
    parent=$(sed -n 's/^PPid:\t//p' "/proc/$process/status" 2>/dev/null) || continue
    if [[ $(readlink "/proc/$process/fd/1") == "$folder/$1" &&
      $(readlink "/proc/$parent/exe") != "$program" ]]; then
      echo "$process"
      return
    fi
  done
}

submit() {  # NAME OPTIONS [OPTION...]
  (cd "$folder" && "$program" tune "${study[@]}" --study "$database#array" --csv "$folder/$1.csv" \
    -o "$folder/$1.hebb" --slurm "$2" "${@:3}" 2>>"$folder/submit.out")
}

array_of_jobs() {
  local job
  job=$(submit array --array=0-3 | sed -n 's/^job \([0-9]*\):.*/\1/p')
  for _ in {1..60}; do
    (($(sql "select count(distinct owner) from hebb.step" 2>/dev/null || echo 0) == 4)) && break
    sleep 0.5
  done
  check "four jobs take trials of one study" \
    test "$(sql 'select count(distinct owner) from hebb.step')" = 4
  kill -KILL "$(process_of "hebb-tune-${job}_1.out")"
  scancel "${job}_2"
  sleep 1
  check "a job that is stopped gives its trial back at once" \
    test "$(sql 'select count(*) from hebb.step where owner is null')" -ge 1
  check "the others come to the end" wait_for_jobs 3600
  check "the job that was stopped says so" grep -q "stopped after" "$folder/hebb-tune-${job}_2.out"
  check "every trial has ended, once" \
    test "$(sql "select count(*), count(distinct trial), count(state) from hebb.step")" = "$trials|$trials|$trials"
  check "every fold was done, once" test "$(sql 'select count(*) from hebb.fold')" = $((folds * trials))
  check "the ranking and the model are those of one worker" same array
  rm "$folder/array.csv" "$folder/array.hebb"
  submit array --time=5 >/dev/null
  check "the same command, submitted again, has nothing left to try" wait_for_jobs 60
  check "and the same ranking and model" same array
}

time_limit() {
  local job
  job=$(cd "$folder" && "$program" tune digits --epochs 100 --trials 1000 --sampler random \
    --study "$database#limit" --slurm --time=1 2>>"$folder/submit.out" | sed -n 's/^job \([0-9]*\):.*/\1/p')
  check "a job whose time is over ends before Slurm kills it" wait_for_jobs 150
  check "and says so" grep -q "stopped after" "$folder/hebb-tune-$job.out"
  check "and has the exit code of SIGTERM" grep -q "ExitCode=143:0" <(scontrol show job "$job")
  check "and has no trial left" test \
    "$(sql "select count(*) from hebb.step where owner is not null and state is null and study =
       (select id from hebb.study where name = 'limit')")" = 0
}

start_slurm
start_ssh
start_postgres
begin=$SECONDS
"$program" tune "${study[@]}" --workers 1 --csv "$folder/one.csv" -o "$folder/one.hebb" \
  >"$folder/one.out" 2>&1
echo "one worker: $((SECONDS - begin)) s for $trials trials"
by_workers local local:2
by_workers srun srun:2
by_workers allocation srun:2 salloc --quiet --nodes=2 --ntasks=4
by_workers ssh "ssh:$folder/hosts"
array_of_jobs
time_limit
echo "$passed passed, $failed failed"
((failed == 0))
